"""The frames of judgements, topics and cases to review in the states of the gallery."""

from __future__ import annotations

import json
from typing import Any

from dashboard.views.query import Query

AT = "2013-11-02T08:00:00Z"
PREDICTIONS = ("20131101-UA1545-EWR", "20131102-DL12-JFK", "20131103-*AA*-LGA")


def review_queue(state: str, query: Query) -> list[tuple[Any, ...]]:
    """Three cases of Anna's: none is judged where all is well, two where it is not; elsewhere nothing was begun."""
    if state not in ("healthy", "alarming") or query.person != "anna.keller":
        return []
    judged = {"alarming": ("right", "wrong"), "healthy": ()}[state]
    rows = []
    for place, (name, why) in enumerate(zip(PREDICTIONS, ("random", "uncertain", "contested"), strict=True)):
        said = (judged[place], f"f{place}", AT) if place < len(judged) else (None, None, None)
        rows.append((query.model, "anna.keller", place + 1, name, "1", AT, why, AT, *said))
    return rows


def review_case(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [
        ("flight-delay", "decision", "p_late", "late", "yes (81.0%; from 35.0% on it says yes)", None),
        ("flight-delay", "input", "dep_hour", "Departure *hour*", "18", "h"),
        ("flight-delay", "input", "carrier", "Carrier", None, None),
        *(("flight-delay", "input", f"x{number}", f"Input {number}", str(number), None) for number in range(20)),
        ("flight-delay", "group", "origin", "Departure airport", "EWR", None),
    ]


def agreement(state: str, query: Query) -> list[tuple[Any, ...]]:
    known = {
        "healthy": (60, 58, 0.967, 0.886, 0.991, "random", 0.81, 0.66, 0.96, 3, 40, 90, 0, 50, 48, 47, "ok", "Fine."),
        "alarming": (60, 36, 0.6, 0.474, 0.714, "random", 0.2, -0.1, 0.5, 3, 40, 90, 0, 50, 30, 44, "alert", "Low."),
    }
    few = (4, 4, None, None, None, "random", None, None, None, 1, 0, 4, 46, 0, 0, 0, "unknown", "Too few to say.")
    found = known.get(state, few)
    return [(None, None, *found), ("2013-10", None, *few), ("2013-11", None, *found), (None, "carrier=UA", *few)]


def disagreements(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    text = (
        "Departure airport EWR: experts disagree with the model in 80.0% of 20 random cases, elsewhere in 20.0% of 40."
    )
    return [("Departure airport", "Departure airport EWR", 20, 16, 0.8, 0.6, 0.9, 40, 0.2, 0.001, 0.01, True, text)]


def feedback(state: str, query: Query) -> list[tuple[Any, ...]]:
    """What Anna said where something is wrong: an answered topic that she has not read of, a remark, an open case."""
    if state != "alarming" or query.person not in (None, "anna.keller"):
        return []
    answered = ("t1", "answered", "2", "Better: Accuracy 0.4 before, 0.9 after.", "*Storms*", "Weather is in.", "1")
    nothing = (None, "new", None, None, None, None)
    said = ("flight-delay", PREDICTIONS[0], "wrong", "0", "Weather", "The gate was *open*", "anna.keller", AT, "random")
    return [
        ("f1", *said, *answered, None, None, None, None, 9.5, False, False),
        ("f2", "flight-delay", PREDICTIONS[1], "unsure", None, None, None, "anna.keller", AT, "queue", *nothing, "1")
        + (None, None, None, None, 4.0, False, True),
        ("f3", "calm", None, None, None, None, "Hail is missing.", "anna.keller", AT, None, *nothing, None)
        + (None, "origin=EWR", None, "2013-10", None, False, True),
    ]


def topics(state: str, query: Query) -> list[tuple[Any, ...]]:
    """A topic in every state."""
    if state not in ("alarming", "simulated"):
        return []
    measured = ("accuracy", 0.4, 0.9, 0.2, 0.8, 20, 20, "Better: Accuracy 0.4 before, 0.9 after.", None)
    unmeasured = (None,) * 9
    answers = {
        "new": (None, None, None, None),
        "accepted": (None, None, "ben", AT),
        "in_work": (None, "Weather is added.", "ben", AT),
        "answered": ("2", "Weather is in.", "ben", AT),
        "rejected": (None, "Out of *scope*.", "ben", AT),
    }
    gap = ("true_positive_rate", -0.3, -0.1, 0.1, 0.3, 900, 450, "Smaller: the gap is -0.1, -0.3 before.", None)
    mitigation = ("tgroup", "flight-delay", "Women are helped as often", "sex=female", None, None, "answered", "2")
    return [
        ("t" + name, "flight-delay", f"Topic {name}", None, None, None, name, version, why, 3, "anna.keller, ben")
        + ("anna.keller", AT, person, at, *(measured if name == "answered" else unmeasured), "anna.keller, ben")
        for name, (version, why, person, at) in answers.items()
    ] + [mitigation + ("Weights by sex.", 0, "", "anna.keller", AT, "ben", AT, *gap, "anna.keller, ben")]


def topic_suggestions(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    return [(query.model, "cause", "Weather", 4, json.dumps(["f1", "f2"]))]
