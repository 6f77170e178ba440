"""Employment support: is a person of working age in work, or should an adviser offer help?

One row is one person of the American Community Survey in Massachusetts. The source knows the year only, so every answer
of a year stands on 1 July. The control of the portfolio: nothing drifts here. `ESP` is the same for all and left out.
"""

from __future__ import annotations

import pandas as pd

SOURCE = "employment_massachusetts_2015_2018.parquet"
AGE_LIMITS = [17, 29, 44, 54, 64]
AGE_GROUPS = ["18 to 29", "30 to 44", "45 to 54", "55 to 64"]
SEX = {"1": "male", "2": "female"}
DISABILITY = {"1": "with disability", "2": "without disability"}
RACE = {
    "1": "White",
    "2": "Black",
    "3": "American Indian",
    "4": "Alaska Native",
    "5": "Native, other",
    "6": "Asian",
    "7": "Pacific Islander",
    "8": "Other",
    "9": "Two or more",
}


def prepare(raw: pd.DataFrame) -> pd.DataFrame:
    """One row per person; the survey's codes of the protected columns become words."""
    frame = raw.drop(columns=["ESP", "year", "id"])
    year = raw["year"].astype(str)
    frame["person_id"] = year + "-" + raw["id"].astype(str)
    frame["respondent"] = frame["person_id"]
    frame["surveyed_at"] = pd.to_datetime(year + "-07-01T12:00:00Z")
    frame["outcome_known_at"] = frame["surveyed_at"] + pd.Timedelta(days=180)
    frame["SEX"] = raw["SEX"].map(SEX)
    frame["DIS"] = raw["DIS"].map(DISABILITY)
    frame["RAC1P"] = raw["RAC1P"].map(RACE)
    frame["age_group"] = pd.cut(raw["AGEP"], AGE_LIMITS, labels=AGE_GROUPS).astype(str)
    return frame
