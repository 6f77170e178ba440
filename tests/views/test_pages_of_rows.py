"""Pages of views: what a page asks for is a part of what everybody else gets, and counts agree with rows."""

from collections.abc import Iterator

import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.schema.card.card import ModelCard
from dashboard.schema.people import PeopleFile
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card
from dashboard.store.engine.database import Store, open_store
from dashboard.store.organisation import append_people
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.demo.thousand_models import made_card, made_organisation

MODELS = 30


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """Models whose cards name few people, so that somebody carries too many."""
    opened = open_store(tmp_path_factory.mktemp("rows"))
    with opened.writing(AuditContext("register", "test")) as cursor:
        append_people(cursor, PeopleFile.model_validate(made_organisation()), "test", None)
        for number in range(1, MODELS + 1):
            card = made_card(number)
            for role in card.get("roles", {}):
                card["roles"][role] = card["roles"][role] and ["person.001"]
            append_card(cursor, ModelCard.model_validate(card), "test", None)
    yield opened
    opened.close()


def ask(store: Store, view: str, query: Query) -> pd.DataFrame:
    return run_view(store, view, query, operator("test"))


def rows(frame: pd.DataFrame) -> list[list[object]]:
    return frame.astype(object).where(frame.notna(), None).to_numpy().tolist()


def test_pages_of_the_desk_are_parts_of_it(store: Store) -> None:
    whole = rows(ask(store, "desk", Query()))
    assert {row[2] for row in whole} > {"too_many_models"}
    pages = [rows(ask(store, "desk", Query(limit=7, offset=first))) for first in range(0, len(whole), 7)]
    assert [row for page in pages for row in page] == whole
    for person in {row[0] for row in whole}:
        of_person = [row for row in whole if row[0] == person]
        assert rows(ask(store, "desk", Query(person=person or "", limit=5, offset=1))) == of_person[1:6]


def test_the_loads_of_the_desk_are_sums_over_it(store: Store) -> None:
    desk, loads = ask(store, "desk", Query()), ask(store, "desk-loads", Query())
    severe = desk["overdue"].astype(bool) & (desk["severity"] == "high")
    desk = desk.assign(person=desk["person"].fillna(""), overdue=desk["overdue"].astype(int), severe=severe.astype(int))
    grouped = desk.groupby("person")
    expected = pd.concat(
        [grouped.size(), grouped["overdue"].sum(), grouped["severe"].sum(), grouped["minutes"].sum()], axis=1
    )
    told = {row[0] or "": row[1:] for row in rows(loads)}
    assert told == dict(zip(expected.index, expected.to_numpy().tolist(), strict=True))


def test_among_narrows_every_view_to_some_models(store: Store) -> None:
    chosen = frozenset(ask(store, "models", Query())["model"][:3])
    for view in ("models", "status", "risk"):
        assert set(ask(store, view, Query(among=chosen))["model"]) == set(chosen)
