"""Triage of motor claims: was an occupant seriously injured, so that a case manager should call at once?

One row is one occupant of a crashed car. The source knows the year only, so every claim of a year stands on 1 July, and
its outcome is known at the end of March of the next year. `caseid` repeats over years and people: an id is made here.
"""

from __future__ import annotations

import pandas as pd

SOURCE = "crash_injuries_1997_2002.parquet"
AGE_LIMITS = [0, 24, 39, 59, 200]
AGE_GROUPS = ["to 24", "25 to 39", "40 to 59", "60 and over"]


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per occupant; `crash_id` is year and case without the vehicle's number, `claim_id` counts its people."""
    frame = raw.drop(columns=["dead", "injSeverity", "accident_year", "caseid"])
    year = raw["accident_year"].astype(str)
    frame["crash_id"] = year + ":" + raw["caseid"].str.rsplit(":", n=1).str[0]
    frame["claim_id"] = frame["crash_id"] + "#" + (frame.groupby("crash_id").cumcount() + 1).astype(str)
    frame["reported_at"] = pd.to_datetime(year + "-07-01T12:00:00Z")
    following = (raw["accident_year"] + 1).astype(str)
    frame["outcome_known_at"] = pd.to_datetime(following + "-03-31T12:00:00Z").where(raw["serious"].notna())
    frame["sex"] = raw["sex"].map({"f": "female", "m": "male"})
    frame["frontal"] = raw["frontal"].map({1: "frontal", 0: "other"})
    frame["deploy"] = raw["deploy"].map({1: "yes", 0: "no"})
    frame["age_group"] = pd.cut(raw["occupant_age"], AGE_LIMITS, labels=AGE_GROUPS, include_lowest=True).astype(str)
    return frame
