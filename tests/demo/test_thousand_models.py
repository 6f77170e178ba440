"""The made-up portfolio is one that the program accepts, in all states and tasks, and the same every time."""

import pandas as pd

from dashboard.schema.reading.documents import read_documents
from tests.demo.thousand_models import LIMITS, STATES, write_portfolio

COUNT = 105


def test_cards_and_people_are_accepted(tmp_path):
    made = write_portfolio(tmp_path, COUNT)
    read = read_documents([*made.cards, made.people])
    cards = [document.value for document in read if document.kind == "card"]
    assert len(cards) == COUNT
    assert {card.task for card in cards} == set(LIMITS)
    assert {made.states[card.id] for card in cards if card.task == "regression"} == set(STATES)


def test_states_are_in_the_files(tmp_path):
    made = write_portfolio(tmp_path, 21)
    silent, scored = (
        {model for model, state in made.states.items() if state == wanted} for wanted in ("never_scored", "healthy")
    )
    assert not silent & set(made.predictions)
    assert scored <= set(made.predictions)
    for model, state in made.states.items():
        if state == "unlabelled":
            log = pd.read_parquet(made.predictions[model])
            assert log.loc[log["made_at"] >= "2026-05-01", "outcome"].isna().all()
            assert log.loc[log["made_at"] < "2026-05-01", "outcome"].notna().all()


def test_same_count_gives_the_same_files(tmp_path):
    first, second = (write_portfolio(tmp_path / name, 14) for name in ("first", "second"))
    for model, path in first.predictions.items():
        assert path.read_bytes() == second.predictions[model].read_bytes()
