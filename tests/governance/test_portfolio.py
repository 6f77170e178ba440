"""One situation serves all questions while nothing changes, and none a moment longer."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from dashboard.governance.gaps.registry import find_gaps
from dashboard.governance.situation import situation
from dashboard.governance.situation.current import MOST_KEPT, situation_on
from dashboard.governance.situation.situation import Situation
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card
from dashboard.store.engine import clock
from tests.governance.conftest import History

DAY = date(2024, 5, 1)


class Known(History):
    """A history whose situations have its clock too."""

    def on(self, day: str) -> None:
        super().on(day)
        self._patch.setattr(situation, "now", clock.now)


@pytest.fixture
def known(history: History, monkeypatch: pytest.MonkeyPatch) -> Known:
    world = Known(history.store, history.folder, monkeypatch)
    world.on("2024-04-01")
    world.people("people: [{id: anna, name: Anna}, {id: ben, name: Ben}]")
    world.card("{accountable_executive: [anna]}", time_zone="America/New_York")
    world.on("2024-05-01")
    return world


def test_the_same_object_answers_while_nothing_changes(known):
    first = situation_on(known.store)
    assert situation_on(known.store) is first
    assert situation_on(known.store, DAY) is situation_on(known.store, DAY) is not first
    nothing = situation_on(known.store, seen=frozenset())
    assert nothing.cards == {}
    assert situation_on(known.store) is first


def test_what_is_recorded_is_seen_at_once(known):
    before = situation_on(known.store)
    assert "no_deputy" in {gap.gap for gap in find_gaps(before, ["claims"])}
    known.event("role", at="2024-04-15", role="deputy", person="ben")
    after = situation_on(known.store)
    assert after is not before
    assert "no_deputy" not in {gap.gap for gap in find_gaps(after, ["claims"])}


def test_whoever_writes_sees_what_was_written(known):
    before = situation_on(known.store)
    card = before.cards["claims"]
    with known.store.writing(AuditContext("register", "test")) as cursor:
        append_card(cursor, card.model_copy(update={"id": "second"}), "test", None)
        assert set(situation_on(known.store).cards) == {"claims", "second"}
        assert set(before.cards) == {"claims"}
    assert set(situation_on(known.store).cards) == {"claims", "second"}


def test_a_day_ends_where_the_model_is(known):
    """The card says America/New_York: there the first of May lasts until 04:00 UTC of the second."""
    known.on("2024-05-01T23:00:00+00:00")
    evening = situation_on(known.store)
    assert evening.day("claims") == DAY
    known.on("2024-05-02T03:59:00+00:00")
    assert situation_on(known.store) is evening
    known.on("2024-05-02T04:00:00+00:00")
    assert situation_on(known.store).day("claims") == date(2024, 5, 2)
    known.on("2024-05-01T23:00:00+00:00")
    assert situation_on(known.store).day("claims") == DAY


def test_what_was_recorded_ahead_comes_to_pass_at_its_instant(known):
    known.event("deployment", at="2024-05-01T15:00:00Z", version="1", environment_name="production")
    known.on("2024-05-01T12:00:00+00:00")
    noon = situation_on(known.store)
    known.on("2024-05-01T14:59:00+00:00")
    assert situation_on(known.store) is noon
    known.on("2024-05-01T15:00:00+00:00")
    assert situation_on(known.store) is not noon


def test_edited_rules_are_in_force_at_once(known):
    before = situation_on(known.store, DAY)
    place = known.store.home / "config" / "risk.yaml"
    place.parent.mkdir(exist_ok=True)
    place.write_text("evidence: {window_days: 17}\n", encoding="utf-8")
    after = situation_on(known.store, DAY)
    assert after is not before
    assert after.rules.evidence.window_days == 17


def test_another_day_reads_no_fact_again(known, monkeypatch):
    list(find_gaps(situation_on(known.store), ["claims"]))
    asked: list[int] = []
    reading = known.store.cursor
    monkeypatch.setattr(known.store, "cursor", lambda: (asked.append(1), reading())[1])
    past = situation_on(known.store, date(2024, 4, 20))
    assert [repr(gap) for gap in find_gaps(past, ["claims"])] == [
        repr(gap) for gap in find_gaps(Situation(known.store, date(2024, 4, 20)), ["claims"])
    ]
    before = len(asked)
    situation_on(known.store, date(2024, 4, 21)).roles  # noqa: B018 - reading it is the point
    assert len(asked) == before


def test_only_a_few_are_kept(known):
    for day in range(1, 20):
        situation_on(known.store, as_of=datetime(2024, 4, day, tzinfo=UTC))
    assert len(known.store.worked_out) == MOST_KEPT
