"""Frames that are kept over many models: after whatever is recorded they are what is read from nothing."""

from collections.abc import Callable
from dataclasses import replace

import pandas as pd

from dashboard.access.principal import operator
from dashboard.views import judged_frames, kept, portfolios
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import run_view
from tests.governance.conftest import History

VIEWS = (
    "models", "status", "risk", "risk-class", "risk-record", "sign-offs", "uses", "rules", "rules-over-time", "gaps",
    "knowledge", "loads", "team-loads", "people", "departures", "attention", "area-counts", "rule-counts", "desk-loads",
    "alerts",
)  # fmt: skip
READERS = (operator("test"), replace(operator("test"), models=frozenset({"claims", "early", "offers"})))


def frames(history: History, view: str) -> list[pd.DataFrame]:
    """A view in two languages, for who sees all models and for who sees some."""
    asked = [(language, reader) for language in ("en", "de") for reader in READERS]
    return [run_view(history.store, view, Query(language=language), reader) for language, reader in asked]


def from_nothing(history: History, view: str) -> list[pd.DataFrame]:
    """The same where nothing is kept; what was kept is put back."""
    places = (judged_frames._FRAMES, portfolios._PORTFOLIOS, kept._ANSWERS._found)
    known = [place.pop(history.store, None) for place in places]
    history.store.worked_out = {}
    found = frames(history, view)
    for place, before in zip(places, known, strict=True):
        place.pop(history.store, None)
        if before is not None:
            place[history.store] = before
    history.store.worked_out = {}
    return found


def happen(history: History) -> list[tuple[str, Callable[[], object]]]:
    """What is recorded, step by step: of one model, of the organisation, a new model, nothing but another day."""
    used = {"consumer": "shop", "purpose": "p", "calls": 3}
    return [
        ("an event", lambda: history.event("usage", "2024-05-01", "loans", **used)),
        ("a person leaves", lambda: history.people("people: [{id: ben, name: Ben, team: desk, end: 2024-05-01}]")),
        ("a new model", lambda: history.card("{accountable_executive: [ben]}", model="early")),
        ("another card", lambda: history.card("{deputy: [carla]}", model="offers", time_zone="Europe/Zurich")),
        ("the next day", lambda: history.on("2024-05-02")),
    ]


def test_many_models_together_are_each_of_them(history):
    """One model is read row by row, all of them column by column."""
    for view in ("models", "status", "risk", "sign-offs", "rules", "gaps", "knowledge", "departures"):
        whole = run_view(history.store, view, Query(language="de"), READERS[0])
        assert {"claims", "loans", "offers"} == set(whole["model"])
        for model in set(whole["model"]):
            of_one = run_view(history.store, view, Query(model=model, language="de"), READERS[0])
            of_all = whole[whole["model"] == model]
            assert records(of_one) == records(of_all), view


def test_a_portfolio_stays_the_same_while_its_models_say_the_same(history):
    before = portfolios.portfolio_of(history.store, Query())
    gaps = portfolios.portfolio_gaps(history.store, Query())
    history.event("usage", "2024-05-01", "loans", consumer="shop", purpose="p", calls=3)
    assert portfolios.portfolio_of(history.store, Query()) is before
    assert portfolios.portfolio_gaps(history.store, Query()) == gaps
    history.event("role", "2024-05-01", "loans", role="ml_engineer", person="carla")
    now = portfolios.portfolio_of(history.store, Query())
    assert now is not before
    assert {one.person for one in now.assignments if one.model_id == "loans"} == {"anna", "ben", "carla"}


def test_alerts_are_kept_until_one_of_their_tables_grows(history):
    asked = []

    def find() -> pd.DataFrame:
        asked.append(1)
        return pd.DataFrame()

    def ask() -> int:
        kept.kept_while(history.store, ("cards", "statements"), "asked", find)
        return len(asked)

    assert (ask(), ask()) == (1, 1)
    history.event("usage", "2024-05-01", "loans", consumer="shop", purpose="p", calls=3)
    assert ask() == 1
    history.card("{accountable_executive: [ben]}", model="offers")
    assert (ask(), ask()) == (2, 2)


def test_what_is_kept_is_what_is_read_from_nothing(history):
    # Of more models than twice those that change, rows are exchanged.
    for number in range(5):
        history.card("{accountable_executive: [anna]}", model=f"further-{number}")
    for view in VIEWS:
        frames(history, view)
    for what, act in happen(history):
        act()
        for view in VIEWS:
            for found, expected in zip(frames(history, view), from_nothing(history, view), strict=True):
                pd.testing.assert_frame_equal(found, expected, obj=f"{view} after {what}")
