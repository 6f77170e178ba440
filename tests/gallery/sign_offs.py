"""The frames of sign-offs, findings and uses in the states of the gallery."""

from __future__ import annotations

from typing import Any

from dashboard.views.query import Query


def findings(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    raised = ("anna.keller", "2013-03-01T08:00:00Z")
    return [
        ("f1", "flight-delay", "deployment", "conditions", "Write it *down*.", "ben", "2013-04-01", "overdue", *raised)
        + (None, None, None, "anna.keller"),
        ("f2", "flight-delay", "data", "reject", "No.", None, "2013-04-01", "resolved", *raised)
        + ("anna.keller", "2013-03-05T08:00:00Z", "Done.", None),
    ]


def sign_offs(state: str, query: Query) -> list[tuple[Any, ...]]:
    executive, made = "accountable_executive", ("anna.keller", "approve", "2013-03-01T08:00:00Z", "1", "Fine.", None)
    nobody = (None, None, None, None, None, None)
    if state == "unknown":
        return [
            ("flight-delay", "design", "not_due", executive, *nobody, None, None, None, None, False, None, None, None)
        ]
    held = ("2013-03-01", None, None, None, True, None, False, "cli:root")
    rows: list[tuple[Any, ...]] = [
        ("flight-delay", "design", "signed", executive, *made, *held),
        ("calm", "design", "signed", executive, *made, *held),
    ]
    if state == "alarming":
        why = "Evaluation: changed since it was signed: Key metrics (since 31 Oct 2013)."
        stale = ("2013-10-31", why, "2014-03-01", "a *rule* asks", True, "anna.keller", False, None)
        missing = ("2013-04-01", None, None, None, True, None, None, None)
        decided = ("ben", "approve", "2013-03-01T08:00:00Z", "1", "Mine.", None)
        aside = (*decided, "2013-10-31", None, None, None, True, None, True, None)
        rows += [
            ("flight-delay", "evaluation", "stale", executive, *made, *stale),
            ("flight-delay", "evaluation", "stale", None, *aside),
            ("flight-delay", "deployment", "missing", "business_stakeholder", *nobody, *missing),
        ]
    return [row for row in rows if query.model in (None, row[0])]


def sign_off_differences(state: str, query: Query) -> list[tuple[Any, ...]]:
    if state != "alarming":
        return []
    told = ("metrics: roc_auc", "Key metrics: ROC AUC", "0.72", "0.62", "2013-10-31", "anna.keller")
    return [("flight-delay", "evaluation", *told)]


def sign_off_facts(state: str, query: Query) -> list[tuple[Any, ...]]:
    return [("flight-delay", "evaluation", "metrics", "Key metrics", "ROC AUC 0.62")]


def uses(state: str, query: Query) -> list[tuple[Any, ...]]:
    seen = (900, "2013-04-01", "2013-04-30")
    rows: list[tuple[Any, ...]] = [
        ("flight-delay", "use", "desk", "rebooking", *seen, "approved", None, None, None, None)
    ]
    if state == "alarming":
        rows += [
            ("flight-delay", "use", "shop", "pricing", *seen, "unapproved", None, None, None, "anna.keller"),
            ("flight-delay", "use", "web", "ads", *seen, "stopping", None, "anna.keller", "Never.", "anna.keller"),
            ("flight-delay", "population", "population", "carrier = *XX*", *seen, "unapproved", None, None, None,
             "anna.keller"),
        ]  # fmt: skip
    return rows
