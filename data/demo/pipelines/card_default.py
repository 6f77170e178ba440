"""Default on a credit card: will a customer miss next month's payment?

One row is one customer. The source is a single month, so the time line is SIMULATED: customers are shuffled and dealt
to the months of 2005, January to April as reference. One fault is planted and labelled: from month 8 (August) the code
of `PAY_0`, the delay of the latest payment in months, arrives one too high. Training and the months before have the
right one.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

SOURCE = "card_default_taiwan_2005.parquet"
SEED = 0
REFERENCE_MONTHS = 4
REFERENCE_ROWS_PER_MONTH = 3_000
ROWS_PER_MONTH = 2_250
FAULT_FROM_MONTH = 8
FAULT_SHIFT = 1
AGE_LIMITS = [0, 29, 39, 49, 200]
AGE_GROUPS = ["to 29", "30 to 39", "40 to 49", "50 and over"]


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per customer on the 5th of a simulated month; the payment is due, and the label known, 30 days later."""
    frame = raw.sample(frac=1, random_state=SEED).reset_index(drop=True)
    frame = frame.rename(columns={"default-payment-next-month": "default_next_month"})
    month = _dealt_month(len(frame))
    frame["account_id"] = frame.pop("ID").map("A{:05d}".format)
    frame["customer"] = frame["account_id"]
    frame["scored_at"] = pd.to_datetime([f"2005-{number:02d}-05T06:00:00Z" for number in month])
    frame["label_known_at"] = frame["scored_at"] + pd.Timedelta(days=30)
    frame["simulated_month"] = month
    frame["age_group"] = pd.cut(frame["AGE"], AGE_LIMITS, labels=AGE_GROUPS).astype(str)
    frame["PAY_0_source"] = frame["PAY_0"]
    frame.loc[month >= FAULT_FROM_MONTH, "PAY_0"] += FAULT_SHIFT
    return frame


def _dealt_month(rows: int) -> np.ndarray:
    position = np.arange(rows)
    start = REFERENCE_MONTHS * REFERENCE_ROWS_PER_MONTH
    later = REFERENCE_MONTHS + 1 + (position - start) // ROWS_PER_MONTH
    return np.where(position < start, 1 + position // REFERENCE_ROWS_PER_MONTH, later)
