"""Who held which role on which day, from cards and events, and as known then."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.roles import roles_of
from dashboard.governance.situation import Situation
from dashboard.store import cards, clock
from dashboard.store.database import Store, open_store
from tests.acceptance.portfolio import BINARY_CARD

TWO = """
  accountable_executive:
    - {{person: anna, from: 2019-01-01, to: {end}}}
    - {{person: ben, from: 2020-01-01}}"""


class History:
    """A store in which days can pass."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self._folder, self._patch = store, folder, patch

    def on(self, day: str) -> None:
        moment = datetime.fromisoformat(f"{day}T12:00:00+00:00")
        for module in (clock, cards):
            self._patch.setattr(module, "now", lambda: moment)
        from dashboard.store import events

        self._patch.setattr(events, "now", lambda: moment)

    def card(self, roles: str) -> None:
        path = self._folder / "card.yaml"
        path.write_text(f"{BINARY_CARD}roles: {roles}\n", encoding="utf-8")
        run_action(self.store, "register", Files(files=(path,)), operator("test"))

    def event(self, **content: object) -> None:
        path = self._folder / "events.jsonl"
        path.write_text(json.dumps({"kind": "role", "model": "claims", **content}) + "\n", encoding="utf-8")
        run_action(self.store, "ingest_events", Files(files=(path,)), operator("test"))

    def executives(self, day: str, as_of: str | None = None) -> list[str]:
        known = datetime.fromisoformat(f"{as_of}T23:59:59+00:00") if as_of else None
        return Situation(self.store, date.fromisoformat(day), known).holders("claims", "accountable_executive")


@pytest.fixture
def history(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[History]:
    store = open_store(tmp_path / "home")
    yield History(store, tmp_path, monkeypatch)
    store.close()


def test_the_first_card_holds_always_and_later_ones_from_their_day(history: History) -> None:
    history.on("2020-01-01")
    history.card("{accountable_executive: [anna]}")
    history.on("2020-06-01")
    history.card("{accountable_executive: [ben]}")
    assert history.executives("2015-01-01") == ["anna"]
    assert history.executives("2020-05-31") == ["anna"]
    assert history.executives("2020-06-01") == ["ben"]
    assert history.executives("2020-06-01", as_of="2020-03-01") == ["anna"]


def test_dates_on_the_card_count(history: History) -> None:
    history.on("2020-01-01")
    history.card(TWO.format(end="2019-12-31"))
    assert history.executives("2018-12-31") == []
    assert history.executives("2019-12-31") == ["anna"]
    assert history.executives("2020-01-01") == ["ben"]
    history.on("2020-06-01")
    history.card(TWO.format(end="2020-02-01"))
    assert history.executives("2020-01-15") == ["anna", "ben"]
    assert history.executives("2020-01-15", as_of="2020-05-31") == ["ben"]


def test_events_decide_how_long_a_role_lasts(history: History) -> None:
    history.on("2020-01-01")
    history.card("{accountable_executive: [anna]}")
    history.event(at="2020-02-01", role="accountable_executive", person="anna", to="2020-03-31")
    history.event(at="2020-04-01", role="accountable_executive", person="ben", reason="hand-over")
    assert history.executives("2020-03-31") == ["anna"]
    assert history.executives("2020-04-01") == ["ben"]
    # The same card again, with another field changed, does not bring anna back.
    history.on("2020-05-01")
    history.card("{accountable_executive: [anna], deputy: [carla]}")
    assert history.executives("2020-05-02") == ["ben"]
    (told,) = [held for held in roles_of(history.store) if held.person == "ben"]
    assert (told.start, told.end, told.source, told.reason) == (date(2020, 4, 1), None, "event", "hand-over")


def test_an_event_that_became_known_later_was_not_known_before(history: History) -> None:
    history.on("2020-01-01")
    history.card("{accountable_executive: []}")
    history.on("2020-09-01")
    history.event(at="2020-02-01", role="accountable_executive", person="ben")
    assert history.executives("2020-03-01") == ["ben"]
    assert history.executives("2020-03-01", as_of="2020-08-31") == []
