"""What if a prediction had other features, and what would have to change for another decision?"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping

import pandas as pd

from dashboard.errors import shorten
from dashboard.explanations.cases.case import Case
from dashboard.explanations.cases.explaining import explain_rows
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.whatif.asking import scorer_of
from dashboard.explanations.whatif.flips import Score, find_flips
from dashboard.explanations.whatif.ranges import Numbers, Range
from dashboard.explanations.words.reasons import Given, Reason
from dashboard.explanations.words.tellings import tell
from dashboard.explanations.words.values import Enumerated, InWords, Plain, value_in_words
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import FeatureLabel
from dashboard.schema.card.metric_names import BINARY, REGRESSION
from dashboard.schema.reading.suggestions import nearest
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.cases import case_asked_for, ranges_known, shown
from dashboard.views.columns import declare
from dashboard.views.context import refuse
from dashboard.views.explanations import BASE, READERS_OF_CASES
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.views.tellings import made_facts
from dashboard.words import Sentence, mark

SCORE = "(score)"
WHAT_IF = declare(
    "feature",
    Column("before", "text", mark("Value")),
    Column("after", "text", mark("Then")),
    Column("contribution", "number", mark("Contribution")),
    Column("contribution_after", "number", mark("Contribution then")),
    Column("outside", "bool", mark("Outside of the training data")),
    "text",
)
FLIPS = declare(
    Column("flip", "whole", mark("Way")),
    "feature",
    Column("before", "text", mark("Value")),
    Column("after", "text", mark("Then")),
    Column("score", "text", mark("Score then")),
    Column("distance", "share", mark("How far")),
    Column("tried", "count", mark("Tried")),
    "reason",
)
RANGES = declare(
    "feature",
    Column("kind", "code", mark("Kind")),
    "lower upper",
    Column("whole", "bool", mark("Whole numbers")),
    Column("values", "json", mark("Values")),
)
FOUND = mark("Another decision follows from {changes}.")
NONE_FOUND = mark("No change of one or two of these features turns the decision: {features}.")
NOT_CHANGEABLE = mark("The card calls no feature changeable; add “changeable: true” to those that somebody can act on.")
NO_DECISION = mark("A number is no decision that could turn; try other values.")
NOT_ASKED = mark("The model cannot be asked: {reason}.")
NO_RANGES = mark("It is not known which values occur; run “python -m dashboard monitor”.")


@view("what-if", columns=WHAT_IF, roles=READERS_OF_CASES)
def what_if(store: Store, query: Query) -> pd.DataFrame:
    """What would the model say if some features of this case were others?

    Columns: feature, before, after (its values), contribution, contribution_after (to the raw score; in the row
    "(score)" the scores themselves, in "(base)" what contributions are added to), outside (the new value does not occur
    in the reference; null = not known), text ("(score)": what the model then says, or why it cannot be asked; then the
    only row). The largest difference first.
    """
    card, case = _case(store, query)
    changed = {**case.features, **read_changes(card, query.changes)}
    frame = pd.DataFrame([dict(case.features), changed], columns=list(card.data.features), dtype=object)
    try:
        before, after = explain_rows(store, card, case.version, frame)
    except ModelRefusedError as refused:
        row = {"feature": SCORE, "text": Sentence(NOT_ASKED, {"reason": Plain(str(refused))}).render(query.language)}
        return pd.DataFrame([row], columns=WHAT_IF.names, dtype=object)
    ranges, language = ranges_known(store, card, query), query.language
    facts = made_facts(store, card, changed, after, after.score, query)
    rows = [
        {
            "feature": name,
            "before": value_in_words(card.data, name, case.features[name], language),
            "after": value_in_words(card.data, name, changed[name], language),
            "contribution": before.contributions[name],
            "contribution_after": after.contributions[name],
            "outside": _outside(ranges, name, changed[name]),
            "text": InWords(card.data, Reason(name, changed[name], 0.0)).in_language(language),
        }
        for name in card.data.features
    ]
    rows.sort(
        key=lambda row: -abs(after.contributions[str(row["feature"])] - before.contributions[str(row["feature"])])
    )
    said = " ".join(one.render(language) for one in tell(facts, "manager"))
    head = {
        "feature": SCORE, "before": shown(before.score), "after": shown(after.score), "text": said,
        "contribution": _number(before.score), "contribution_after": _number(after.score),
    }  # fmt: skip
    base = {"feature": BASE, "contribution": before.base, "contribution_after": after.base}
    return pd.DataFrame([head, *rows, base], columns=WHAT_IF.names, dtype=object)


@view("flips", columns=FLIPS, roles=READERS_OF_CASES)
def flips(store: Store, query: Query) -> pd.DataFrame:
    """What is the least that would have to change for another decision?

    Columns: flip (each way by its number, the smallest change first; rows of a way belong together; null = none found),
    feature, before, after, score (that follows), distance (share of the reference's rows that the changes pass), tried
    (rows scored), reason. Only features that the card calls changeable, one or two at a time, and values that occur in
    the reference.
    """
    card, case = _case(store, query)
    if card.task == REGRESSION:
        return _none(NO_DECISION, query)
    ranges = ranges_known(store, card, query)
    if not ranges:
        return _none(NO_RANGES, query)
    changeable = [name for name, feature in card.data.features.items() if feature.changeable]
    if not changeable:
        return _none(NOT_CHANGEABLE, query)
    try:
        found = find_flips(case.features, changeable, ranges, scorer_of(store, card, case.version), _decision(card))
    except ModelRefusedError as refused:
        return _none(NOT_ASKED, query, {"reason": Plain(str(refused))})
    if not found.flips:
        features = Enumerated([FeatureLabel(card.data, name) for name in found.features])
        return _none(NONE_FOUND, query, {"features": features}, found.tried)
    rows = []
    for number, flip in enumerate(found.flips, start=1):
        parts = [InWords(card.data, Reason(one.feature, one.after, 0.0)) for one in flip.changes]
        changes = " + ".join(part.in_language(query.language) for part in parts)
        for one in flip.changes:
            values = [
                value_in_words(card.data, one.feature, value, query.language) for value in (one.before, one.after)
            ]
            reason = Sentence(FOUND, {"changes": Plain(changes)}).render(query.language)
            rows.append((number, one.feature, *values, shown(flip.score), flip.distance, found.tried, reason))
    return pd.DataFrame(rows, columns=FLIPS.names, dtype=object)


@view("ranges", columns=RANGES)
def ranges(store: Store, query: Query) -> pd.DataFrame:
    """Which values of the features occur in the reference?

    Columns: feature, kind (numeric, categorical), lower and upper (the lowest and the highest number), whole (only
    whole numbers occur), values (JSON: numbers at every twentieth part of the rows, or categories, the most frequent
    first). A feature without values is left out.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    rows = []
    for name, known in ranges_known(store, card, query).items():
        numeric = isinstance(known, Numbers)
        ends = (known.low, known.high, known.whole) if isinstance(known, Numbers) else (None, None, None)
        rows.append((name, "numeric" if numeric else "categorical", *ends, json.dumps(known.tried())))
    return pd.DataFrame(rows, columns=RANGES.names, dtype=object)


def _case(store: Store, query: Query) -> tuple[ModelCard, Case]:
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    return card, case_asked_for(store, card, query)


def _decision(card: ModelCard) -> Callable[[Score], object]:
    def decision(score: Score) -> object:
        return float(score) >= card.data.threshold if card.task == BINARY else score

    return decision


def _none(message: str, query: Query, values: Mapping[str, object] | None = None, tried: int = 0) -> pd.DataFrame:
    row = {"tried": tried, "reason": Sentence(message, values or {}).render(query.language)}
    return pd.DataFrame([row], columns=FLIPS.names, dtype=object)


def read_changes(card: ModelCard, changes: tuple[tuple[str, str], ...]) -> dict[str, Given]:
    """The asked-for values of features; empty text is a missing value. Raises InputRefusedError."""
    found: dict[str, Given] = {}
    for name, text in changes:
        feature = card.data.features.get(name)
        if feature is None:
            hint = nearest(name, card.data.features) or "; choose one of them"
            refuse("--change", f"received {shorten(name)}; allowed are {', '.join(card.data.features)}{hint}")
            continue
        found[name] = _value(name, text, numeric=feature.kind == "numeric")
    return found


def _value(name: str, text: str, *, numeric: bool) -> Given:
    if not text:
        return None
    if not numeric:
        return text
    try:
        return float(text)
    except ValueError:
        refuse("--change", f"received {shorten(text)} for {name}; allowed is a number; write it like 0.5")
        return None


def _outside(ranges: Mapping[str, Range], name: str, value: Given) -> bool | None:
    return ranges[name].outside(value) if name in ranges else None


def _number(score: float | str) -> float | None:
    return None if isinstance(score, str) else score
