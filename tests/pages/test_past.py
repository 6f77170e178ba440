"""One control turns every page to what was known on a day; the page says so, and nothing can be done there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboard.errors import InputRefusedError
from dashboard.store.engine.shared_stores import release_store
from dashboard.ui.session import data, reader
from dashboard.ui.session.page_registry import find_pages
from tests.pages.conftest import ROOT, texts
from tests.pages.past_home import build, by

PAGES = [path.stem for path, _ in find_pages()]
# What is open to whom and which keys there are is no question about models.
# Pages that name no model here; nothing of this home has lineage or a check of its data.
WITHOUT_MODELS = ("access", "tokens", "sources", "lineage", "data_quality", "data_use")
JANUARY = "2026-01-20"
Visit = Callable[..., AppTest]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("past")
    build(folder / "home", folder)
    yield folder / "home"
    release_store(folder / "home")


@pytest.fixture
def visit(home: Path, monkeypatch: pytest.MonkeyPatch) -> Visit:
    """Open a page on the home with a past as Anna; further words stand in the address."""
    monkeypatch.setenv("DASHBOARD_HOME", str(home))
    monkeypatch.setattr(reader, "reader", lambda: by("anna.keller"))
    st.cache_data.clear()
    st.cache_resource.clear()

    def run(page: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=600)
        for name, value in address.items():
            app.query_params[name] = value
        app.run()
        return app if page == "overview" else app.switch_page(f"../pages/{page}.py").run()

    return run


def everything(app: AppTest) -> str:
    """All that the page shows, options of filters included."""
    tables = " ".join(str(list(frame.value.to_dict("list").values())) for frame in (*app.dataframe, *app.table))
    options = " ".join(str(list(box.options)) for box in (*app.selectbox, *app.multiselect))
    return f"{texts(app)} {tables} {options}"


@pytest.mark.parametrize("page", PAGES)
def test_every_page_shows_what_was_known_then_says_so_and_offers_nothing(visit: Visit, page: str) -> None:
    then, now = visit(page, model="claims", as_of=JANUARY), visit(page, model="claims")
    for app in (then, now):
        assert not app.exception, app.exception[0].value
        assert not app.error, app.error[0].value
    assert "Anything that became known later is left out" in then.warning[0].value
    assert "20 Jan 2026" in then.warning[0].value
    assert not now.warning
    shown = everything(then)
    assert "New claims" not in shown
    assert "Anna Weber" not in shown
    if page not in WITHOUT_MODELS:
        assert "Old claims" in shown
        assert "New claims" in everything(now)
    assert list(then.get("form")) == []
    if page in ("alerts", "history"):
        assert "Past days are read-only" in texts(then)
        assert now.get("form")


def test_alerts_and_talk_stand_as_they_stood(visit: Visit) -> None:
    then = texts(visit("alerts", as_of=JANUARY))
    assert "2 alerts are open. Most serious: Old claims, Drift (severity medium)," in then.replace("\\", "")
    assert "Anna Keller is taking care of it" in then
    assert "Too few labels now" in texts(visit("history", model="claims"))
    assert "Too few labels now" not in texts(visit("history", model="claims", as_of=JANUARY))


def test_the_day_stays_from_page_to_page_and_goes_with_one_click(visit: Visit) -> None:
    app = visit("overview", as_of=JANUARY)
    app.query_params.clear()
    app.switch_page("../pages/inventory.py").run()
    assert app.query_params["as_of"] == JANUARY
    app.button(key="back_to_today").click().run()
    assert "as_of" not in app.query_params
    assert not app.warning
    app.date_input(key="pick_as_of").set_value(date(2026, 1, 20)).run()
    assert app.query_params["as_of"] == JANUARY
    assert app.warning


@pytest.mark.parametrize("wrong", ["soon", "2199-01-01", "1800-01-01", ""])
def test_an_address_without_a_past_day_shows_today(visit: Visit, wrong: str) -> None:
    app = visit("overview", as_of=wrong)
    assert not app.exception
    assert not app.warning


def test_before_the_ledger_nothing_was_known_and_no_demo_is_offered(visit: Visit) -> None:
    for page in PAGES:
        app = visit(page, as_of="2020-05-05")
        assert not app.exception
        if page not in WITHOUT_MODELS:
            assert "The first model was registered on 10 Jan 2026." in texts(app)
        assert not any(button.key == "build_demo" for button in app.button)


def test_an_action_is_refused_in_the_past(visit: Visit, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.ui.session.as_of.day", lambda: date(2026, 1, 20))
    with pytest.raises(InputRefusedError, match="Past days"):
        data.act("comment", {"model": "claims", "text": "No."})
