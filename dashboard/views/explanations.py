"""What led to single predictions of a model."""

from __future__ import annotations

from datetime import datetime

import pandas as pd

from dashboard.explanations.cases.explaining import CaseExplanation, explain_prediction
from dashboard.schema.access import EVERYBODY, AccessRole
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import FeatureLabel
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import refuse
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import Sentence, mark, number

BASE = "(base)"
# Who may look at single cases; business stakeholders see what holds for all of them.
READERS_OF_CASES: frozenset[AccessRole] = EVERYBODY - {"business_stakeholder"}
VALUE = Column("value", "text", mark("Value"))
CONTRIBUTION = Column("contribution", "number", mark("Contribution"))
PAIR = declare(
    "feature",
    VALUE,
    CONTRIBUTION,
    Column("against_value", "text", mark("Value of the other")),
    Column("against_contribution", "number", mark("Contribution in the other")),
    "difference",
)
# How many characters of a value stand in a sentence.
SHOWN = 60
RAISES = mark("{feature} {value}: raises the score by {amount}")
LOWERS = mark("{feature} {value}: lowers the score by {amount}")
LEAVES = mark("{feature} {value}: leaves the score as it is")
STARTS = mark("the score of an average case is {amount}; {scale}")
MISSING = mark("missing value")
# What raw scores are, by scale.
SCALES = {
    "log_odds": mark("scores are log-odds here"),
    "probability": mark("scores are probabilities here"),
    "number": mark("scores are predicted numbers here"),
    "log": mark("scores are logarithms of the predicted number here"),
    "decision": mark("scores are distances from the boundary between the classes here"),
}


@view("explain", columns=declare("feature", VALUE, CONTRIBUTION, "text"), roles=READERS_OF_CASES)
def explain(store: Store, query: Query) -> pd.DataFrame:
    """What led the model to this prediction?

    Columns: feature, value (of the case), contribution (to the raw score), text. The largest contribution comes first;
    the row "(base)" carries what they are added to. Of several classes, contributions to that of the predicted class.
    """
    card, found = _explained(store, query, query.prediction, query.predicted_at)
    amounts = found.explained.contributions
    ranked = sorted(amounts, key=lambda name: (-abs(amounts[name]), list(amounts).index(name)))
    rows = [
        {
            "feature": name,
            "value": canonical(found.case.features[name]),
            "contribution": amounts[name],
            "text": _said(card, found, name).render(query.language),
        }
        for name in ranked
    ]
    base = {"amount": found.explained.base, "scale": SCALES[found.explained.scale]}
    rows.append(
        {
            "feature": BASE,
            "value": None,
            "contribution": found.explained.base,
            "text": Sentence(STARTS, base).render(query.language),
        }
    )
    return pd.DataFrame(rows, dtype=object)


@view("explain-pair", columns=PAIR, roles=READERS_OF_CASES)
def explain_pair(store: Store, query: Query) -> pd.DataFrame:
    """Why do two predictions differ?

    Columns: feature, value and contribution (of the prediction), against_value and against_contribution (of the other
    one), difference (of the contributions). The largest difference comes first; the differences add up to that of the
    raw scores. The row "(base)" carries what contributions are added to.
    """
    _, found = _explained(store, query, query.prediction, query.predicted_at)
    if query.against is None:
        refuse("--against", "received none; allowed is the id of another prediction; name it: --against ID")
    _, other = _explained(store, query, query.against, None)
    rows = [
        (
            name, canonical(found.case.features[name]), one, canonical(other.case.features[name]),
            other.explained.contributions[name], one - other.explained.contributions[name],
        )
        for name, one in found.explained.contributions.items()
    ]  # fmt: skip
    rows.sort(key=lambda row: -abs(row[-1]))
    base, against = found.explained.base, other.explained.base
    rows.append((BASE, None, base, None, against, base - against))
    return pd.DataFrame(rows, columns=PAIR.names, dtype=object)


def _explained(
    store: Store, query: Query, prediction: str | None, at: datetime | None
) -> tuple[ModelCard, CaseExplanation]:
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    if prediction is None:
        refuse("--prediction", "received none; allowed is the id of a prediction; name it: --prediction ID")
    assert prediction is not None
    return card, explain_prediction(store, card, prediction, query.version, query.as_of, at)


def _said(card: ModelCard, found: CaseExplanation, name: str) -> Sentence:
    amount, value = found.explained.contributions[name], found.case.features[name]
    said = RAISES if amount > 0 else LOWERS if amount < 0 else LEAVES
    return Sentence(
        said, {"feature": FeatureLabel(card.data, name), "value": _Value(card, name, value), "amount": abs(amount)}
    )


class _Value:
    """A value of a feature with its unit, as a value of a sentence."""

    def __init__(self, card: ModelCard, name: str, value: float | str | None) -> None:
        self._unit = card.data.features[name].unit
        self._value = value

    def in_language(self, language: str) -> str:
        """The value in a language."""
        if self._value is None:
            return Sentence(MISSING).render(language)
        shown = self._value[:SHOWN] if isinstance(self._value, str) else number(self._value, language)
        return f"{shown} {self._unit.in_language(language)}" if self._unit else shown
