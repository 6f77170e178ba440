"""Reasons name a feature by the words of its card, once, in whatever sentence they stand."""

from __future__ import annotations

import yaml

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.reasons import with_label
from dashboard.words import Sentence
from tests.acceptance.portfolio import BINARY_CARD


def test_a_feature_is_named_once_by_its_label() -> None:
    card = yaml.safe_load(BINARY_CARD)
    card["data"]["features"]["amount"]["label"] = {"en": "Amount claimed", "de": "Geforderter Betrag"}
    moved = Sentence("{feature} has drifted.", {"feature": "amount"})
    known = ModelCard.model_validate(card)
    once = with_label(moved, known)
    for reason in (once, with_label(once, known)):
        assert (reason.render("en"), reason.render("de")) == (
            "Amount claimed has drifted.",
            "Geforderter Betrag has drifted.",
        )
    inside = with_label(Sentence("Nothing is logged. {reason}", {"reason": moved}), known)
    assert inside.render("en") == "Nothing is logged. Amount claimed has drifted."
