"""The list of models that every page begins with: it says what the cards say, without parsing them."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card, list_cards
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store, open_store
from dashboard.store.listed_models import list_models
from tests.demo.thousand_models import made_card
from tests.gallery import listed


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    opened = open_store(tmp_path)
    yield opened
    opened.close()


def register(store: Store, *cards: dict[str, Any]) -> None:
    with store.writing(AuditContext("register", "test")) as cursor:
        for card in cards:
            append_card(cursor, ModelCard.model_validate(card), "test", None)


def test_it_says_what_the_cards_say(store: Store) -> None:
    plain = {name: made_card(1)[name] for name in ("id", "name", "task", "versions", "data")}
    bare = {**plain, "id": "bare", "name": "One name"}
    valued = made_card(2)
    valued["business"] = {**valued["business"], "value": {"currency": "CHF", "promised_per_month": 10}}
    register(store, bare, valued, *(made_card(number) for number in range(3, 8)))
    cards = {model: recorded.card for model, recorded in list_cards(store).items()}
    assert list_models(store) == {model: listed(card) for model, card in cards.items()}
    assert list_models(store)[valued["id"]].currency == "CHF"
    assert list_models(store)["bare"].currency is None


def test_the_newest_card_counts_and_earlier_instants_know_the_earlier_one(store: Store) -> None:
    register(store, {**made_card(1), "name": "Before"})
    between = now()
    register(store, {**made_card(1), "name": "After"})
    model = made_card(1)["id"]
    assert list_models(store)[model].name.in_language("de") == "After"
    assert list_models(store, between)[model].name.in_language("de") == "Before"


def test_no_card_is_parsed(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    register(store, made_card(1))

    def parsed(text: str) -> ModelCard:
        raise AssertionError(text)

    monkeypatch.setattr(ModelCard, "model_validate_json", parsed)
    assert list(list_models(store)) == [made_card(1)["id"]]
