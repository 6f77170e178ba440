"""Pages of a portfolio of 300 models: they send a page of rows, and parse no card."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.schema.card.card import ModelCard
from dashboard.schema.people import PeopleFile
from dashboard.store import cards
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card
from dashboard.store.engine.database import open_store
from dashboard.store.engine.shared_stores import held_store, release_store
from dashboard.store.judgements import PRESENT, list_questions
from dashboard.store.organisation import append_people
from dashboard.ui.session.page_registry import find_pages
from tests.architecture.tree import ROOT
from tests.demo.thousand_models import made_card, made_organisation

MODELS = 300
ROWS = 100
KILOBYTES = 300
PORTFOLIO = [page.url_path for _, page in find_pages() if not page.is_tab() and not page.roles]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    place = tmp_path_factory.mktemp("big")
    store = open_store(place)
    with store.writing(AuditContext("register", "test")) as cursor:
        append_people(cursor, PeopleFile.model_validate(made_organisation()), "test", None)
        for number in range(1, MODELS + 1):
            append_card(cursor, ModelCard.model_validate(made_card(number)), "test", None)
    store.close()
    yield place
    release_store(place)


def opened(home: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> AppTest:
    monkeypatch.setenv("DASHBOARD_HOME", str(home))
    app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=1200).run()
    files = {found.url_path: path.name for path, found in find_pages()}
    app = app if page == "desk" else app.switch_page(f"../pages/{files[page]}").run()
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.parametrize("page", PORTFOLIO)
def test_a_page_sends_few_rows_and_options(home: Path, page: str, monkeypatch: pytest.MonkeyPatch) -> None:
    app = opened(home, page, monkeypatch)
    lengths = [len(table.value) for table in app.dataframe]
    assert max(lengths, default=0) <= ROWS
    pickers = [*app.selectbox, *app.multiselect]
    assert max((len(picker.options) for picker in pickers), default=0) <= ROWS
    sent = [element.proto.ByteSize() for element in app.main if getattr(element, "proto", None) is not None]
    assert KILOBYTES < sum(sent) < KILOBYTES * 1000


def test_no_card_is_parsed_for_pages_about_all_models(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    judged = [opened(home, page, monkeypatch) for page in ("desk", "overview", "inventory")]
    monkeypatch.setattr(cards, "_PARSED", {})
    parsed: list[str] = []
    validate = ModelCard.model_validate_json

    def counted(text: str) -> ModelCard:
        parsed.append(text)
        return validate(text)

    monkeypatch.setattr(ModelCard, "model_validate_json", counted)
    for app in judged:
        app.run()
    assert parsed == []
    opened(home, "model", monkeypatch)
    assert 1 <= len(parsed) <= 3


@pytest.mark.parametrize("page", PORTFOLIO)
def test_todays_pages_rest_on_the_kept_judgements_of_the_present(
    home: Path, page: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(home, page, monkeypatch)
    assert set(list_questions(held_store(home))) == {PRESENT}
