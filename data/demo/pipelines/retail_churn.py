"""Churn of web shop customers: will a customer order nothing in the next 90 days?

One row is one customer at the end of one month, scored that evening. Whether it was true is known 90 days later.
`spend_next_90_days` is what the label is made of and therefore no feature; the log keeps it, since it is money.
"""

from __future__ import annotations

import pandas as pd

SOURCE = "online_retail_customer_months.parquet"


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per customer and month end, scored at 20:00 London time."""
    frame = raw.drop(columns="snapshot_date")
    evening = (raw["snapshot_date"] + pd.Timedelta(hours=20)).dt.tz_localize("Europe/London")
    frame["customer_id"] = raw["customer_id"].astype(str)
    frame["scored_at"] = evening.dt.tz_convert("UTC")
    frame["label_known_at"] = frame["scored_at"] + pd.Timedelta(days=90)
    frame["prediction_id"] = raw["snapshot_date"].dt.strftime("%Y-%m-") + frame["customer_id"]
    return frame
