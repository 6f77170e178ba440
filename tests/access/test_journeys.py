"""No sequence of acts of one person ends in a state that nobody may bring about; each rule is needed for that."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from dashboard.actions.registry import ACTIONS
from dashboard.actions.rules import files
from dashboard.governance import alerts
from dashboard.governance.sign_offs import steps
from dashboard.governance.situation import builders
from dashboard.store.engine.database import open_store
from tests.access.journeys import ACTORS, Search, World
from tests.access.test_mutations import without_rule

# Seconds for the searches of all persons together, for one with a hole, and for one person in the campaign.
SHORT, OPENED, LONG = 16.0, 60.0, 1800.0


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("journeys")
    store = open_store(folder / "home")
    made = World(store, folder)
    made.furnish()
    yield made
    store.close()


def first_of(search: Search) -> tuple[str, tuple[str, ...]] | None:
    return next(search.findings(), None)


@pytest.mark.parametrize("person", ACTORS)
def test_no_sequence_leads_to_a_forbidden_state(world: World, person: str) -> None:
    """Every single act, and as many sequences of two and three as fit into the time."""
    head = world.store.ledger.head
    search = Search(world, person, 3, time.monotonic() + SHORT / len(ACTORS))
    assert first_of(search) is None
    assert world.store.ledger.head == head


@pytest.mark.campaign
@pytest.mark.parametrize("person", ACTORS)
def test_no_three_acts_lead_to_a_forbidden_state(world: World, person: str) -> None:
    search = Search(world, person, 3, time.monotonic() + LONG)
    assert first_of(search) is None
    assert not search.stopped


def unruled(action: str, rule: str) -> Callable[[pytest.MonkeyPatch], None]:
    """Take a rule of an action out, for every face that asks it."""
    return lambda _: without_rule(action, rule)


def replaced(place: Any, name: str, other: Any) -> Callable[[pytest.MonkeyPatch], None]:
    return lambda patch: patch.setattr(place, name, other)


def each_role_by_itself(made: Any, required: Any, free: Any) -> Any:
    """As it was: a person who holds both roles of a step signs for both."""
    return {role: next((one for one in reversed(made) if role in one.roles), None) for role in required}


def held_today(situation: Any, model_id: str) -> Iterator[tuple[str, Any, Any]]:
    """As it was: who has left a building role builds no more."""
    for held in situation.roles.get(model_id, []):
        if held.role in builders.BUILDER_ROLES and held.on(situation.day(model_id)):
            yield held.person, date.min, date.max


def authors_move_goals(before: Any, after: Any) -> list[Any]:
    """As it was: limits and settings are the author's."""
    return []


def moved_goals_close(patch: pytest.MonkeyPatch) -> None:
    """As it was: limits are the author's, and an area that is ok closes its alert."""
    patch.setattr(files, "moved_goals", authors_move_goals)
    patch.setattr(alerts, "goals_moved_since", lambda *_: [])


# What was open once: how it is opened again, who finds it, and what they reach.
HOLES: dict[str, tuple[Callable[[pytest.MonkeyPatch], None], str, str]] = {
    "imports ask no rule (roles)": (
        unruled("ingest_events", "as_by_the_action"), "admin", "made themselves accountable, or a signer"),
    "imports ask no rule (signatures)": (
        unruled("ingest_events", "as_by_the_action"), "builder", "decided in the name of somebody else"),
    "imports ask no rule (ratings)": (
        unruled("ingest_events", "as_by_the_action"), "admin-builder", "lowered the risk of their own model"),
    "deputies appoint themselves": (
        unruled("assign_role", "no_self_appointment"), "manager", "made themselves accountable, or a signer"),
    "a model is handed to oneself": (
        unruled("hand_over", "no_self_appointment"), "manager", "made themselves accountable, or a signer"),
    "one person signs for two roles": (
        replaced(steps, "standing", each_role_by_itself), "deputy", "signed a step of two roles alone"),
    "builders rate their own model": (
        unruled("assess_risk", "not_lowered_by_a_builder"), "leading-builder", "lowered the risk of their own model"),
    "builders leave for a moment": (
        replaced(builders, "_building", held_today), "leading-builder", "lowered the risk of their own model"),
    "authors move the goals": (
        replaced(files, "moved_goals", authors_move_goals), "builder", "moved what the model is measured against"),
    "a moved goal closes the alert": (
        moved_goals_close, "builder", "closed an alert by a moved goal"),
    "a card of one's own names its author": (
        replaced(files, "_of_new_card", lambda *_: iter(())), "builder", "made themselves accountable, or a signer"),
    "tokens in nobody's name": (
        unruled("create_token", "in_ones_own_name"), "admin", "made themselves accountable, or a signer"),
    "tokens in another's name": (
        unruled("create_token", "in_ones_own_name"), "part", "sees a hidden model"),
    "limited administrators give more than they have": (
        unruled("grant_access", "within_own_limits"), "part", "sees a hidden model"),
    "access for oneself": (unruled("grant_access", "not_for_oneself"), "admin", "gave themselves access"),
    "people are registered into one's own team": (
        replaced(files, "_check_people_open", lambda _: None), "part", "sees a hidden model"),
}  # fmt: skip


# Where a finding takes several acts, the search is among those that it is about.
AMONG = {
    "tokens in nobody's name": ("a token", "by token", "import"),
    "one person signs for two roles": ("end", "sign", "take"),
    "builders leave for a moment": ("leave", "have left", "rate", "sign"),
    "a moved goal closes the alert": ("register", "the alert", "close"),
}


@pytest.mark.parametrize("hole", HOLES)
def test_each_hole_is_found_when_it_is_opened_again(world: World, monkeypatch: pytest.MonkeyPatch, hole: str) -> None:
    open_again, person, reached = HOLES[hole]
    real = dict(ACTIONS._entries)
    try:
        open_again(monkeypatch)
        search = Search(world, person, 3, time.monotonic() + OPENED, AMONG.get(hole, ("",)))
        found = next((names for what, names in search.findings() if what == reached), None)
    finally:
        ACTIONS._entries.update(real)
    assert found is not None, f"{search.tried} sequences tried"
