"""Events that follow from a log: how often a model was called for which purpose, and how good its data were."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

Card = dict[str, Any]
Event = dict[str, Any]

MAIN_PURPOSE_SHARE = 0.8
WAREHOUSE = "postgres://warehouse.example.org:5432"


@dataclass(frozen=True)
class Check:
    """A rule about a column: `fails` marks the rows that break it, `allowed` is the share that may."""

    column: str
    name: str
    dimension: str
    allowed: float
    fails: Callable[[pd.DataFrame], pd.Series]

    def share(self, rows: pd.DataFrame) -> float:
        """The share of rows that break it, to four digits."""
        return round(float(self.fails(rows).mean()), 4)


def events(log: pd.DataFrame, card: Card) -> list[Event]:
    """Usage and data-quality events for every calendar month that has predictions, in the order of time."""
    local = log[card["data"]["predicted_at"]].dt.tz_convert(card.get("time_zone", "UTC"))
    found: list[Event] = []
    for month, rows in log.groupby(local.dt.strftime("%Y-%m")):
        until = (pd.Timestamp(f"{month}-01") + pd.offsets.MonthEnd()).strftime("%Y-%m-%dT23:59:59Z")
        about = {"model": card["id"], "at": f"{month}-01T00:00:00Z", "until": until}
        found.extend(_usage(card, len(rows), about))
        found.extend(_quality(card, rows, about))
    return found


def features_of(card: Card) -> str:
    """The table of the warehouse from which a model's cases are scored."""
    return f"features.{card['id'].replace('-', '_')}"


def _usage(card: Card, calls: int, about: Event) -> Iterator[Event]:
    main, *others = card["business"]["purposes"]
    desk = f"{card['business']['process']}-desk"
    rest = round(calls * (1 - MAIN_PURPOSE_SHARE)) if others else 0
    counts = [(main, calls - rest), *((purpose, rest // len(others)) for purpose in others)]
    for purpose, number in counts:
        yield {"kind": "usage", **about, "consumer": desk, "purpose": purpose, "calls": number}


def _quality(card: Card, rows: pd.DataFrame, about: Event) -> Iterator[Event]:
    dataset = f"{WAREHOUSE}/{features_of(card)}"
    for check in CHECKS[card["id"]]:
        share = check.share(rows)
        rule = {"column": check.column, "check": check.name, "dimension": check.dimension}
        measured = {"passed": share <= check.allowed, "observed": share, "expected": check.allowed}
        yield {"kind": "quality", **about, "dataset": dataset, **rule, **measured}


def _missing(column: str, allowed: float) -> Check:
    return Check(column, "missing share", "completeness", allowed, lambda rows: rows[column].isna())


def _outside(column: str, low: float, high: float, allowed: float = 0.0) -> Check:
    def fails(rows: pd.DataFrame) -> pd.Series:
        return rows[column].notna() & ~rows[column].between(low, high)

    return Check(column, f"share outside {low:g} to {high:g}", "reality", allowed, fails)


CHECKS: dict[str, list[Check]] = {
    "collateral-valuation": [
        _missing("tot_sf", 0.0),
        _outside("tot_sf", 300, 15_000),
        Check("eff_age", "share above the age", "consistency", 0.0, lambda rows: rows["eff_age"] > rows["age"]),
    ],
    "flight-delay": [
        _missing("pressure", 0.15),
        _missing("plane_year", 0.2),
        _outside("temp", -20, 110),
    ],
    "retail-churn": [
        Check("recency", "share above the tenure", "consistency", 0.0, lambda rows: rows["recency"] > rows["tenure"]),
        _outside("spend_180", 0, 250_000),
    ],
    "bike-demand": [_missing("weathersit", 0.05), _missing("weekday", 0.05), _outside("hum", 10, 100)],
    "injury-triage": [_missing("vehicle_age", 0.01), _outside("vehicle_age", 0, 60, allowed=0.01)],
    "employment-support": [_missing("SCHL", 0.0), _outside("AGEP", 18, 64)],
    "card-default": [
        _missing("PAY_0", 0.0),
        Check(
            "PAY_0",
            "share more than one month above the month before",
            "consistency",
            0.11,
            lambda rows: rows["PAY_0"] > rows["PAY_2"] + 1,
        ),
    ],
}
