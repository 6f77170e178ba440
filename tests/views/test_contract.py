"""Every view of the registry on a home with each state of model: monitored, only logged, only registered, nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd
import pytest

from dashboard.access.principal import operator
from dashboard.actions.registry import ACTIONS
from dashboard.cli.command_line import build_parser
from dashboard.cli.printing import FORMATS, printed
from dashboard.errors import InputRefusedError, NotFoundError
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, run_view
from tests.acceptance.portfolio import claims
from tests.views.conftest import questions


@pytest.mark.parametrize("name", sorted(VIEWS.all()))
def test_a_view_answers_in_every_state_with_its_columns(store: Store, name: str) -> None:
    view = VIEWS.get(name)
    assert view.question.endswith("?")
    for query in questions(name):
        frame = run_view(store, name, query, operator("test"))
        assert list(frame.columns) == view.columns.names
        if "status" in frame.columns:
            assert set(frame["status"]) <= set(SEVERITY)
        for form in FORMATS:
            text = printed(frame, form)
            if form == "json":
                assert len(json.loads(text)) == len(frame)


@pytest.mark.parametrize("name", sorted(name for name, view in VIEWS.all().items() if view.model == "required"))
def test_a_view_of_one_model_wants_it_named_and_known(store: Store, name: str) -> None:
    with pytest.raises(InputRefusedError, match="MODEL"):
        run_view(store, name, Query(), operator("test"))
    with pytest.raises(NotFoundError, match="claims"):
        run_view(store, name, Query(model="clams", feature="amount", prediction="c-1"), operator("test"))


@pytest.mark.parametrize("name", sorted(name for name, view in VIEWS.all().items() if view.model == "node"))
def test_a_view_of_one_node_wants_it_named_and_known(store: Store, name: str) -> None:
    with pytest.raises(InputRefusedError, match="NODE"):
        run_view(store, name, Query(), operator("test"))
    with pytest.raises(NotFoundError, match="model:claims"):
        run_view(store, name, Query(node="model:claim"), operator("test"))


@pytest.mark.parametrize("name", sorted(VIEWS.all()))
def test_nothing_was_known_before_the_first_record(store: Store, name: str) -> None:
    if VIEWS.get(name).model in ("optional", "none"):
        assert run_view(store, name, Query(as_of=datetime(1999, 1, 1, tzinfo=UTC)), operator("test")).empty


def test_an_empty_home_answers_everything_with_nothing(tmp_path: Path) -> None:
    empty = open_store(tmp_path)
    for name, view in VIEWS.all().items():
        if view.model in ("optional", "none"):
            assert run_view(empty, name, Query(), operator("test")).empty
    empty.close()


def test_what_is_not_measured_is_unknown(store: Store) -> None:
    status = run_view(store, "status", Query(), operator("test")).set_index(["model", "area"])
    # Who answers is known from the card alone; all other areas need figures.
    figures = status.drop("ownership", level="area")
    assert set(figures.loc[["logged", "registered"]]["status"]) == {"unknown"}
    assert status.loc[("registered", "ownership")]["status"] == "alert"
    assert "not monitored" in status.loc[("logged", "performance")]["reason"]
    assert "No predictions are logged" in status.loc[("registered", "drift")]["reason"]
    models = run_view(store, "models", Query(), operator("test")).set_index("model")
    assert models["status"]["registered"] == "unknown"
    risk = run_view(store, "risk", Query(model="claims"), operator("test"))
    assert len(risk) == 4
    assert set(risk["status"]) == {"unknown"}


def test_the_past_before_the_ledger_is_counted_from_the_log(store: Store) -> None:
    instant = datetime(2024, 3, 1, tzinfo=UTC)
    frame = run_view(store, "performance", Query(model="claims", by="year", as_of=instant), operator("test"))
    whole = claims(number=1500).frame
    assert frame["predictions"].iloc[0] == (whole["decided"] <= pd.Timestamp(instant)).sum()
    # These labels name no instant when they became known, so they were not known before they were ingested.
    assert set(frame["labelled"]) == {0}
    assert frame["value"].isna().all()


@pytest.mark.parametrize("view", ["status", "performance"])
def test_reasons_are_told_in_both_languages(store: Store, view: str) -> None:
    told = {
        lang: run_view(store, view, Query(model="claims", language=lang), operator("test"))["reason"]
        for lang in ("en", "de")
    }
    assert (told["en"] != told["de"]).all()


def test_drift_against_the_same_period_a_year_before(store: Store) -> None:
    query = Query(model="prices", by="year", reference="last_year", start=date(2024, 1, 1), end=date(2024, 12, 31))
    frame = run_view(store, "drift", query, operator("test"))
    assert list(frame["period"].unique()) == ["2024"]
    assert frame["value"].notna().all()
    first = run_view(store, "drift", replace(query, start=date(2023, 1, 1), end=date(2023, 12, 31)), operator("test"))
    assert first["value"].isna().all()
    assert set(first["status"]) == {"unknown"}


@pytest.mark.parametrize("name", sorted(ACTIONS.all()))
def test_every_action_has_a_command_and_a_purpose(name: str) -> None:
    action = ACTIONS.get(name)
    assert action.purpose
    words = [word for word in action.command if word.islower() and not word.lstrip("[").startswith("--")]
    with pytest.raises(SystemExit) as ended:
        build_parser().parse_args([*words, "--help"])
    assert ended.value.code == 0
