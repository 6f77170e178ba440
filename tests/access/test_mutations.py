"""With any one check taken out, the matrix or the visibility test turns red: what they show, they really show."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from pathlib import Path

import pytest
import streamlit as st

from dashboard.access import sessions
from dashboard.access.principal import Principal
from dashboard.actions import registry as actions
from dashboard.actions.registry import ACTIONS, Call, Payload
from dashboard.errors import ForbiddenError
from dashboard.views import registry as views
from dashboard.views.registry import VIEWS
from tests.access.expected import ACTIONS as ROWS
from tests.access.test_matrix import TRIED, wrong_cells, wrong_rules
from tests.access.test_visibility import leaks
from tests.access.world import DENIED, DONE, PART, SETTINGS, World, claims_of, world_in

RULES = [(name, rule) for name, row in ROWS.items() for rule in row.rules]
Mutant = tuple[object, str, Callable[[World], list[str]]]
SLICE = ("create_token", "monitor")


def nothing(*_: object) -> None:
    """A check that checks nothing."""


def without_rule(name: str, rule: str) -> None:
    action = ACTIONS.get(name)

    def lets_everything_through(call: Call, payload: Payload) -> None:
        """No rule at all."""

    rules = tuple(lets_everything_through if one.__name__ == rule else one for one in action.rights.rules)
    ACTIONS._entries[name] = replace(action, rights=replace(action.rights, rules=rules))


def mutants(names: Iterable[str], questions: Iterable[str]) -> dict[str, Mutant]:
    """Where a check stands, its name there, and what must turn red without it."""
    return {
        "rights of actions": (actions, "check_open", lambda world: wrong_cells(world, names, [])),
        "rights of views": (views, "check_open", lambda world: wrong_cells(world, [], questions)),
        "models of actions": (actions, "check_visible", leaks),
        "models of views": (views, "check_visible", leaks),
        "rows of views": (views, "_visible", leaks),
        "ended logins": (sessions, "last_ends", open_after_its_end),
        "times of logins": (sessions, "check_times", open_when_expired),
    }


def open_after_its_end(world: World) -> list[str]:
    login = world_login()
    claims = claims_of("person.a") | {"is_logged_in": True}
    sessions.end_session(world.store, claims, login)
    return opened(world, claims, "a login that was ended")


def open_when_expired(world: World) -> list[str]:
    return opened(world, claims_of("person.a") | {"exp": 1}, "a login that expired")


def world_login() -> sessions.Login:
    found = sessions.Login(*SETTINGS.values())
    assert found.cookie_secret
    return found


def opened(world: World, claims: dict[str, object], what: str) -> list[str]:
    try:
        sessions.open_session(world.store, claims, world_login())
    except ForbiddenError:
        return []
    return [f"{what} opens the pages"]


def replacement(name: str) -> Callable[..., object]:
    kept = {"_visible": lambda frame, _: frame, "last_ends": lambda *_: {}, "check_times": lambda *_: 0.0}
    return kept.get(name, nothing)


@pytest.mark.parametrize("what", mutants((), ()))
def test_a_check_that_is_taken_out_is_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, what: str) -> None:
    place, name, red = mutants(SLICE, ("tokens",))[what]
    with world_in(tmp_path, *SLICE) as world:
        assert red(world) == []
        monkeypatch.setattr(place, name, replacement(name))
        st.cache_data.clear()
        assert red(world) != []


@pytest.mark.parametrize(("name", "rule"), RULES)
def test_a_rule_that_is_taken_out_is_missed(tmp_path: Path, name: str, rule: str) -> None:
    real = ACTIONS.get(name)
    with world_in(tmp_path, name) as world:
        try:
            without_rule(name, rule)
            assert wrong_rules(world, [name]) != []
        finally:
            ACTIONS._entries[name] = real


@pytest.mark.campaign
@pytest.mark.parametrize("name", TRIED)
def test_each_action_is_missed_without_its_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    """Somebody then really does it: that the code stumbles over what it took for granted is not enough."""
    with world_in(tmp_path, name) as world:
        monkeypatch.setattr(actions, "check_open", nothing)
        assert [cell for cell in wrong_cells(world, [name], []) if f": {DONE}, must be {DENIED}" in cell]


@pytest.mark.campaign
@pytest.mark.parametrize("name", sorted(VIEWS.all()))
def test_each_view_is_missed_without_its_rights(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    with world_in(tmp_path, "monitor") as world:
        monkeypatch.setattr(views, "check_open", nothing)
        assert wrong_cells(world, [], [name]) != []


@pytest.mark.parametrize("name", ["register", "ingest_events"])
def test_files_about_hidden_models_are_missed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(Principal, "sees", lambda *_: True)
    with world_in(tmp_path, name) as world:
        path = world.folder / ("zebra.yaml" if name == "register" else "zebra.jsonl")
        payload = ACTIONS.get(name).payload.model_validate({"files": (path,)})
        assert world.page_act(PART, ACTIONS.get(name), payload) == "done"
