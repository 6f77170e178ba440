"""What experts expect of a model, how often it was otherwise, and in which predictions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pandas as pd

from dashboard.explanations.expectations.judging import in_words, judge
from dashboard.explanations.words.values import value_in_words
from dashboard.periods import period_start
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_of
from dashboard.schema.card.expectations import Expectation
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.expectation_checks import Check, list_checks
from dashboard.views.columns import declare
from dashboard.views.context import thresholds_of
from dashboard.views.explanations import READERS_OF_CASES
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark

EXPECTED = Column("expectation", "text", mark("Expectation"))
EXPECTATIONS = declare(
    "period",
    EXPECTED,
    Column("checked", "count", mark("Cases checked")),
    Column("violated", "count", mark("Violations")),
    Column("share", "share", mark("Share violated")),
    Column("low", "share", mark("95% from")),
    Column("high", "share", mark("95% to")),
    Column("status", "status", mark("Status")),
    "feature",
    Column("segment", "text", mark("Segment")),
    Column("predictions", "count", mark("Predictions")),
    Column("key", "id", mark("Expectation id")),
    "reason",
)
VIOLATIONS = declare(
    "period",
    EXPECTED,
    Column("prediction", "id", mark("Prediction")),
    "version",
    "feature",
    Column("before", "text", mark("Value")),
    Column("after", "text", mark("Tried")),
    Column("score", "number", mark("Score")),
    Column("changed", "number", mark("Score then")),
    Column("key", "id", mark("Expectation id")),
)
NOT_CHECKED = mark("It was not checked yet; run “python -m dashboard monitor”.")
REFUSED = mark("It cannot be checked: {reason}.")


@view("expectations", columns=EXPECTATIONS)
def expectations(store: Store, query: Query) -> pd.DataFrame:
    """Does the model behave as experts expect?

    Columns: period, expectation (of the card, in words), checked (cases of a sample for which other values of the
    feature were tried), violated (where the score moved against it), share, low, high (95 % interval by Wilson),
    status (alert: the interval lies beyond `expectations.limit`), feature, segment (the only cases it is about; null =
    all), predictions (of the period, in the segment), key (its id), reason. Newest period first.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    found = _by_expectation(store, card, query)
    rows = [row for one in card.expectations for row in _rows(card, one, found.get(one.key, []), query)]
    rows.sort(key=lambda row: str(row.get("period") or ""), reverse=True)
    return pd.DataFrame(rows, columns=EXPECTATIONS.names, dtype=object)


@view("violations", columns=VIOLATIONS, roles=READERS_OF_CASES)
def violations(store: Store, query: Query) -> pd.DataFrame:
    """Which predictions are not as experts expect?

    Columns: period, expectation (in words), prediction, version, feature, before (its value), after (the value that was
    tried), score (of the model as it is), changed (with the other value), key (id of the expectation). Of each
    expectation and period at most 50, the largest first. A score that is a class is null.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    found = _by_expectation(store, card, query)
    rows = [
        _violation(card, one, check.period, entry, query.language)
        for one in card.expectations
        for check in reversed(found.get(one.key, []))
        for entry in check.content["violations"]
    ]
    return pd.DataFrame(rows, columns=VIOLATIONS.names, dtype=object)


def _by_expectation(store: Store, card: ModelCard, query: Query) -> dict[str, list[Check]]:
    found: dict[str, list[Check]] = {}
    for check in list_checks(store, card.id, query.as_of):
        if _asked_for(check.period, query):
            found.setdefault(check.expectation, []).append(check)
    return found


def _asked_for(period: str, query: Query) -> bool:
    start = period_start(period).date()
    return (query.start is None or start >= query.start) and (query.end is None or start <= query.end)


def _rows(card: ModelCard, one: Expectation, checks: list[Check], query: Query) -> Iterator[dict[str, object]]:
    limits, language = thresholds_of(card).expectations, query.language
    same: dict[str, object] = {
        "expectation": in_words(one, card.data).in_language(language),
        "feature": one.feature,
        "segment": _segment(card, one, language),
        "key": one.key,
    }
    if not checks:
        yield {
            **same,
            "status": "unknown",
            "checked": 0,
            "violated": 0,
            "reason": Sentence(NOT_CHECKED).render(language),
        }
    for check in checks:
        content = check.content
        checked, violated = int(content["checked"]), int(content["violated"])
        sampled_all = content["rows"] >= content["whole"]
        found = judge(checked, violated, checked if sampled_all else int(content["whole"]), limits)
        reason = found.reason
        if not checked and content["refused"]:
            reason = Sentence(REFUSED, {"reason": str(content["refused"])})
        yield {
            **same,
            "period": check.period,
            "checked": checked,
            "violated": violated,
            "share": found.share,
            "low": found.low,
            "high": found.high,
            "status": found.status,
            "predictions": int(content["whole"]),
            "reason": reason.render(language),
        }


def _segment(card: ModelCard, one: Expectation, language: str) -> str | None:
    parts = [f"{label_of(card.data, column, language)}: {value}" for column, value in one.segment.items()]
    return ", ".join(parts) or None


def _violation(
    card: ModelCard, one: Expectation, period: str, entry: Mapping[str, object], language: str
) -> dict[str, object]:
    values = {name: value_in_words(card.data, one.feature, entry[name], language) for name in ("before", "after")}  # type: ignore[arg-type]
    scores = {name: entry[name] if not isinstance(entry[name], str) else None for name in ("score", "changed")}
    return {
        "period": period,
        "expectation": in_words(one, card.data).in_language(language),
        "prediction": entry["prediction"],
        "version": entry["version"],
        "feature": one.feature,
        "key": one.key,
        **values,
        **scores,
    }
