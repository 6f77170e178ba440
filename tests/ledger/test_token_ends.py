"""Tokens end: their programs are refused then, and their owners hear of it before."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.registry import read_payload, run_action
from dashboard.actions.tokens import key_in
from dashboard.api import access
from dashboard.api.access import Access, Credentials, RefusedError
from dashboard.errors import InputRefusedError
from dashboard.store import tokens
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.store.tokens import list_tokens
from dashboard.views import desk, tokens as token_view
from dashboard.views.query import Query
from dashboard.views.registry import run_view

MODULES = (access, clock, desk, token_view)


def made(store: Store, name: str = "feed", **values: object) -> str:
    payload = read_payload("create_token", {"name": name, "scopes": ("read",), **values})
    return key_in(run_action(store, "create_token", payload, operator("cli:root")))


def at(monkeypatch: pytest.MonkeyPatch, day: date, hour: int = 12) -> None:
    moment = datetime(day.year, day.month, day.day, hour, 59, 59, tzinfo=UTC)
    for module in MODULES:
        monkeypatch.setattr(module, "now", lambda: moment)


def opens(store: Store, key: str) -> bool:
    try:
        return Access().principal(store, Credentials(f"Bearer {key}", "", "", "10.0.0.1")) is not None
    except RefusedError as fault:
        return fault.status != 401


def test_a_token_is_valid_for_ninety_days_or_until_its_day(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.now().date()
    usual, short = made(store), made(store, "short", until=today.isoformat())
    assert [one.ends_on for one in list_tokens(store)] == [today + timedelta(days=90), today]
    at(monkeypatch, today, 23)
    assert opens(store, usual)
    assert opens(store, short)
    at(monkeypatch, today + timedelta(days=1), 0)
    assert opens(store, usual)
    assert not opens(store, short)
    at(monkeypatch, today + timedelta(days=91), 0)
    assert not opens(store, usual)


def test_an_end_in_the_past_is_refused_and_a_name_is_free_again_after_the_end(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    today = clock.now().date()
    with pytest.raises(InputRefusedError, match="in the past"):
        made(store, until=(today - timedelta(days=1)).isoformat())
    made(store, until=today.isoformat())
    with pytest.raises(InputRefusedError, match="in force"):
        made(store)


def test_the_view_and_the_desk_tell_it_in_time(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    today = clock.now().date()
    made(store, person="anna.keller", until=(today + timedelta(days=20)).isoformat())

    def seen(days: int) -> tuple[str, list[tuple[str, str]]]:
        at(monkeypatch, today + timedelta(days=days))
        state = run_view(store, "tokens", Query(), operator("test"))["state"].iloc[0]
        rows = run_view(store, "desk", Query(), operator("test"))
        rows = rows[rows["kind"] == "token_ends"]
        return str(state), list(zip(rows["person"], rows["severity"], strict=True))

    assert seen(0) == ("in_force", [])
    assert seen(10) == ("ends_soon", [("anna.keller", "medium")])
    assert seen(19) == ("ends_soon", [("anna.keller", "high")])
    assert seen(21) == ("ended", [("anna.keller", "high")])
    assert seen(60) == ("ended", [])


def test_a_token_without_an_end_goes_on_and_is_shown_as_such(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As tokens were made before there were ends: their rows have no instant."""
    monkeypatch.setattr(tokens, "stored", lambda instant: None if instant > clock.now() else clock.stored(instant))
    key = made(store)
    at(monkeypatch, clock.now().date() + timedelta(days=5000))
    assert opens(store, key)
    assert list(run_view(store, "tokens", Query(), operator("test"))["state"]) == ["no_end"]
    rows = run_view(store, "desk", Query(), operator("test"))
    assert list(rows.loc[rows["kind"] == "token_ends", "severity"]) == ["low"]


def test_who_is_no_administrator_sees_their_own_tokens(store: Store) -> None:
    made(store, person="anna.keller")
    made(store, "robot")
    anna = Principal("login:anna.keller", "anna.keller", frozenset({"domain_expert"}))
    assert list(run_view(store, "tokens", Query(), anna)["token"]) == ["feed"]
    ben = Principal("login:ben", "ben", frozenset({"manager"}))
    assert run_view(store, "tokens", Query(), ben).empty
    assert len(run_view(store, "tokens", Query(), operator("test"))) == 2
