"""One explained case and what goes with it; in the state `unknown` nothing was checked and no feature is changeable."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query

CASE = ("2014-01-09T18:00:00Z", "1", "0.62", "1", 45.0)
VALUES = {"dep_hour": ("18", 0.8), "origin": ("EWR", 0.4), "carrier": ("UA", -0.3), "temp": (None, 0.05)}


def explain(state: str, query: Query) -> list[tuple[Any, ...]]:
    rows = [(name, value, amount, f"{name}: {amount:+}") for name, (value, amount) in VALUES.items()]
    return [*rows, ("(base)", None, -0.5, "the score of an average case")]


def words(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        ("manager", "The warning is raised: of 100 such flights about 62 are late."),
        ("manager", "The main reasons are Departure hour (18 h) and origin (EWR)."),
        ("expert", "So it was in 310 cases with a similar score (95% interval: 55% to 69%)."),
        ("data_scientist", "Score 0.62, threshold 0.35; base -0.5."),
    ]


def picks(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [(pick, f"p-{pick}", *CASE) for pick in ("typical", "borderline", "wrong", "costliest")]


def cases(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [(f"p-{number}", *CASE) for number in range(3)]


def similar(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [] if state == "unknown" else [("p-7", *CASE, 0.04, "Carrier (DL)")]


def ranges(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        ("dep_hour", "numeric", 5.0, 23.0, True, "[6, 12, 18]"),
        ("carrier", "categorical", None, None, None, '["UA", "DL"]'),
        ("origin", "categorical", None, None, None, '["EWR", "JFK"]'),
    ]


def flips(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return [(None, None, None, None, None, None, 0, "The card calls no feature changeable.")]
    reason = "Another decision follows from Departure hour (9 h)."
    return [(1, "dep_hour", "18 h", "9 h", "0.31", 0.4, 120, reason)]


def what_if(state: str, query: Query) -> list[tuple[Any, ...]]:
    changed = dict(query.changes)
    hour, score = changed.get("dep_hour", "18"), 0.31 if changed else 0.62
    said = "No warning is raised." if changed else "The warning is raised."
    rows = [
        (name, value, changed.get(name, value), amount, amount / 2 if changed else amount, name in changed, name)
        for name, (value, amount) in VALUES.items()
    ]
    head = ("(score)", "0.62", str(score), 0.62, score, None, f"{said} Departure hour {hour}")
    return [head, *rows, ("(base)", None, None, -0.5, -0.5, None, None)]


def expectations(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "healthy":
        return [("2013-12", "Later is not safer", 500, 0, 0.0, 0.0, 0.0076, "ok", "dep_hour", None, 4000, "k1", "kept")]
    if state == "unknown":
        return [
            (None, "Later is not safer", 0, 0, None, None, None, "unknown", "dep_hour", None, None, "k1", "Not yet")
        ]
    return [
        ("2013-12", "Later is not safer", 500, 60, 0.12, 0.09, 0.15, "alert", "dep_hour", None, 4000, "k1", "violated"),
        ("2013-11", "Later is not safer", 500, 0, 0.0, 0.0, 0.01, "ok", "dep_hour", None, 4000, "k1", "kept"),
    ]


def violations(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    return [("2013-12", "Later is not safer", "p-9", "1", "dep_hour", "9 h", "22 h", 0.6, 0.4, "k1")]


def related(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [("temp", "dep_hour", 0.74)]


def reasons(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return []
    shares = {"2013-11": (0.7, 0.9), "2013-12": (0.4, 0.3)}
    return [
        (period, feature, importance, main, 100, "1")
        for period, (hour, often) in shares.items()
        for feature, importance, main in (("dep_hour", hour, often), ("carrier", 1 - hour, 1 - often))
    ]


def reason_changes(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    return [("2", "1", 300, 250, 50, 0.2, 0.155, 0.254, "Of 300 cases 250 keep their score.")]


def importance(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state == "unknown":
        return [("1", name, None, None, "unknown", None, None) for name in VALUES]
    shares = {"dep_hour": 0.6, "origin": 0.3, "carrier": 0.095, "temp": 0.005}
    return [("1", name, share, 500, "shap", 0.9 * share, 1.1 * share) for name, share in shares.items()]
