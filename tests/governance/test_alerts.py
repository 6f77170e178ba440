"""The life of alerts: opened, acknowledged, closed by people and by themselves, opened again; how severe they are."""

from __future__ import annotations

from collections.abc import Hashable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.errors import ForbiddenError, InputRefusedError
from dashboard.governance import alerts as lives
from dashboard.governance.alerts import alert_histories, follow_alerts, severity_of
from dashboard.governance.situation.situation import Situation
from dashboard.measures.judging.verdict import Status, Verdict
from dashboard.store import alerts, statements
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store, open_store
from dashboard.store.statuses import append_status
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from dashboard.words import Sentence
from tests.acceptance.portfolio import BINARY_CARD

ROLES = "roles: {data_scientist: [ben], accountable_executive: [anna]}\n"
START = datetime(2026, 3, 1, 12, tzinfo=UTC)


class Life:
    """A store in which days pass and an area is judged."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        self.store, self._folder, self._patch = store, folder, patch

    def on(self, day: int) -> None:
        moment = START + timedelta(days=day)
        for module in (alerts, statements, lives):
            self._patch.setattr(module, "now", lambda: moment)

    def judged(self, day: int, status: Status, area: str = "performance", **more: object) -> None:
        """`monitor` finds a status on a day; `more` are values of its reason."""
        self.on(day)
        audit_context, verdict = (
            AuditContext("monitor", "test"),
            Verdict(status, Sentence("{value} is it.", {"value": 0.25, **more})),
        )
        with self.store.writing(audit_context) as cursor:
            append_status(cursor, "claims", area, status, verdict.reason, START + timedelta(days=day))
            follow_alerts(cursor, self.store, {"claims": {area: verdict}}, audit_context)

    def does(self, day: int, name: str, person: str = "anna", **values: object) -> None:
        self.on(day)
        payload = read_payload(name, {"model": "claims", "area": "performance", **values})
        run_action(self.store, name, payload, by(person))

    def states(self, **query: object) -> list[str]:
        return [str(row["state"]) for row in self.rows(**query)]

    def rows(self, **query: object) -> list[dict[Hashable, object]]:
        """The alerts of figures; the areas that follow from facts about people alert besides."""
        found = run_view(self.store, "alerts", Query(**query), by("anna"))
        return found[found["area"].isin(("performance", "drift"))].to_dict("records")


def by(person: str) -> Principal:
    return replace(operator(f"login:{person}"), person=person)


@pytest.fixture
def life(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Life]:
    store = open_store(tmp_path / "home")
    (tmp_path / "card.yaml").write_text(BINARY_CARD + ROLES, encoding="utf-8")
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), operator("test"))
    yield Life(store, tmp_path, monkeypatch)
    store.close()


def test_one_alert_opens_and_closes_itself_but_not_while_nothing_is_known(life: Life) -> None:
    life.judged(0, "warn")
    assert life.states() == []
    life.judged(1, "alert")
    life.judged(2, "alert")
    life.judged(3, "unknown")
    assert life.states() == ["new"]
    life.judged(4, "warn")
    assert life.states() == ["closed"]
    (row,) = life.rows(language="de")
    assert (row["closed_by"], row["cause"], row["reason"]) == ("system", "status_returned", "0.250 is it.")


@pytest.mark.parametrize(("day", "states"), [(20, ["new"]), (60, ["new", "closed"])])
def test_what_comes_back_soon_is_the_same_alert(life: Life, day: int, states: list[str]) -> None:
    life.judged(0, "alert")
    life.does(1, "acknowledge_alert")
    life.judged(2, "ok")
    life.judged(day, "alert")
    assert life.states() == states
    (row, *_) = life.rows()
    opened = START if day == 20 else START + timedelta(days=day)
    assert row["opened_at"] == opened.strftime("%Y-%m-%dT%H:%M:%SZ")
    assert row["acknowledged_by"] is None


def test_what_a_person_closed_stays_closed_until_the_status_was_something_else(life: Life) -> None:
    life.judged(0, "alert")
    life.does(1, "close_alert", cause="false_alarm", reason="The labels were wrong.")
    life.judged(2, "alert")
    life.judged(3, "unknown")
    assert life.states() == ["closed"]
    life.judged(4, "ok")
    life.judged(5, "alert")
    assert life.states() == ["new"]


def test_who_builds_the_model_closes_only_what_is_ok_again(life: Life) -> None:
    life.judged(0, "alert")
    with pytest.raises(ForbiddenError, match="Four eyes"):
        life.does(1, "close_alert", "ben", cause="repaired", reason="I retrained it.")
    with pytest.raises(InputRefusedError, match="allowed is at least one character; fill it in"):
        life.does(1, "close_alert", cause="repaired", reason="  ")
    life.does(1, "acknowledge_alert", "ben", note="I look into it.")
    assert life.states() == ["acknowledged"]
    with life.store.writing(AuditContext("monitor", "test")) as cursor:
        append_status(cursor, "claims", "performance", "ok", Sentence("Fine."), datetime(2027, 1, 1, tzinfo=UTC))
    life.does(2, "close_alert", "ben", cause="repaired", reason="I retrained it.")
    assert life.states() == ["closed"]


def test_the_past_shows_alerts_as_they_stood(life: Life) -> None:
    life.judged(0, "alert")
    life.does(2, "acknowledge_alert")
    life.judged(4, "ok")
    day = START.date()
    asked = [life.states(on=day + timedelta(days=after)) for after in (-1, 0, 2, 4)]
    assert asked == [[], ["new"], ["acknowledged"], ["closed"]]
    assert len(alert_histories(life.store, as_of=START - timedelta(seconds=1))) == 0
    assert life.states(model="claims", on=day + timedelta(days=9)) == ["closed"]


@pytest.mark.parametrize(
    ("automation", "impact", "event", "severity"),
    [
        (None, None, None, "medium"),
        ("decision_support", 2, None, "low"),
        ("decision_support", None, None, "medium"),
        ("decision_support", 3, None, "medium"),
        ("decision_support", 2, 4, "high"),
        ("decision_support", 4, 2, "low"),
        ("human_in_the_loop", 1, None, "medium"),
        ("fully_automated", 1, None, "high"),
    ],
)
def test_severity_is_the_worse_of_automation_and_impact(
    life: Life, tmp_path: Path, automation: str | None, impact: int | None, event: int | None, severity: str
) -> None:
    card = BINARY_CARD.replace("business: {", f"business: {{automation: {automation}, ") if automation else BINARY_CARD
    card += f"risks: {{outage: {{likelihood: 1, impact: {impact}}}}}\n" if impact else ""
    (tmp_path / "card.yaml").write_text(card, encoding="utf-8")
    run_action(life.store, "register", Files(files=(tmp_path / "card.yaml",)), operator("test"))
    if event:
        # A rating on a later card holds from the day of that card; one that came before it is over.
        line = f'{{"kind": "risk", "model": "claims", "at": "{now().isoformat()}", "risk": "outage", "likelihood": 1, '
        (tmp_path / "risk.jsonl").write_text(f'{line}"impact": {event}}}\n', encoding="utf-8")
        run_action(life.store, "ingest_events", Files(files=(tmp_path / "risk.jsonl",)), operator("test"))
    assert severity_of(Situation(life.store), "claims") == severity


def test_an_open_alert_lies_on_the_desk_of_who_looks_into_it(life: Life) -> None:
    def waiting() -> list[tuple[object, object]]:
        found = run_view(life.store, "desk", Query(), operator("test"))
        return [(row["person"], row["what"]) for row in found[found["kind"] == "alert"].to_dict("records")]

    assert waiting() == []
    life.judged(0, "alert")
    # Nobody of these roles is registered, so nobody is known to be there.
    assert waiting() == [(None, "Look into this alert and take care of it")]
    life.does(1, "acknowledge_alert")
    assert waiting() == [("anna", "Finish what you took on, and close the alert")]
    life.judged(2, "ok")
    assert waiting() == []


@pytest.mark.parametrize(
    ("values", "since"),
    [
        ({"period": "2026-02", "since": "2025-12"}, "2025-12"),
        ({"period": "2026-03-02", "since": "2026-02-27"}, "2026-02-27"),
        ({"period": "2026-W09"}, "2026-W09"),
        ({}, None),
    ],
)
def test_an_alert_tells_when_it_happened_and_when_it_was_told(life: Life, values, since) -> None:
    life.judged(3, "alert", **values)
    (row,) = life.rows()
    assert (row["happened_since"], row["opened_at"]) == (since, "2026-03-04T12:00:00Z")


def test_a_reason_within_a_reason_is_kept_in_every_language(life: Life) -> None:
    inner = Sentence("Due by {day}.", {"day": date(2026, 3, 31)})
    life.judged(0, "alert", value=inner)
    (english,), (german,) = life.rows(), life.rows(language="de")
    assert english["reason"] == "Due by 31 Mar 2026. is it."
    assert "2026" in str(german["reason"])
    assert "Sentence(" not in f"{english}{german}"
    (alarm,) = (known.alert.alarm for known in alert_histories(life.store) if known.alert.alarm.area == "performance")
    assert alarm.reason.values["value"] == Sentence("Due by {day}.", {"day": date(2026, 3, 31)})


def test_a_recommendation_opens_no_alert(life: Life) -> None:
    life.judged(0, "alert", area="retraining")
    assert "retraining" not in set(run_view(life.store, "alerts", Query(), by("anna"))["area"])
