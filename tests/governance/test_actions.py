"""Comments, decisions with what was known, accepted statuses, the wish for a new rating: rules and records."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pandas as pd
import pytest

from dashboard.access.principal import Principal, operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.errors import DashboardError, ForbiddenError, InputRefusedError
from dashboard.schema.access import EVERYBODY, AccessRole
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import FAILING_CARD, FEW_OUTCOMES, claims, write_rows

ROLES = "roles: {data_scientist: [ben], accountable_executive: [anna], deputy: [carla]}\n"
TODAY = now().date()


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("deeds")
    store = open_store(folder / "home")
    # The rows are old; without this the model would be silent, and its statuses unknown.
    patient = "silence: {distances: 100, least_days: 3650}"
    strict = f"monitoring: {{{FEW_OUTCOMES}, acceptance: {{most_days: 90}}, {patient}}}\n"
    (folder / "card.yaml").write_text(FAILING_CARD + ROLES + strict, encoding="utf-8")
    rows = write_rows(claims(number=200).frame, folder / "rows.parquet")
    run_action(store, "register", Files(files=(folder / "card.yaml",)), operator("test"))
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(rows,)), operator("test"))
    run_action(store, "monitor", Models(), operator("test"))
    yield store
    store.close()


def by(person: str, *roles: AccessRole) -> Principal:
    return replace(operator(f"login:{person}"), person=person, roles=frozenset(roles) or EVERYBODY)


def do(store: Store, who: Principal, name: str, **values: object) -> str:
    return run_action(store, name, read_payload(name, {"model": "claims"} | values), who)


def shown(store: Store, view: str) -> pd.DataFrame:
    return run_view(store, view, Query(model="claims"), operator("test"))


def accepted(store: Store, who: Principal, days: int = 30, area: str = "performance", reason: str = "Known.") -> str:
    return do(store, who, "accept_status", area=area, until=(TODAY + timedelta(days=days)).isoformat(), reason=reason)


def test_an_area_that_does_not_exist_is_refused_by_its_field(built: Store) -> None:
    with pytest.raises(InputRefusedError) as refusal:
        accepted(built, by("anna"), area="weather")
    assert [problem.field for problem in refusal.value.problems] == ["area"]


def test_a_decision_keeps_what_was_known(built: Store) -> None:
    do(built, by("ben"), "record_decision", decision="It stays in use.", reason="The storm is over.")
    said = shown(built, "discussion").iloc[0]
    known = json.loads(said["figures"])
    opened = shown(built, "alerts").set_index("area")
    assert known["status"]["performance"] == "alert"
    assert {alert["area"]: (alert["severity"], alert["opened_at"]) for alert in known["alerts"]} == {
        area: (row["severity"], row["opened_at"]) for area, row in opened.to_dict("index").items()
    }
    assert "performance" in opened.index
    targets = shown(built, "targets").set_index("metric")
    assert {row["metric"]: row["value"] for row in known["metrics"]} == {
        name: targets["value"][name] for name in ("roc_auc", "bias")
    }
    assert (said["person"], said["text"], said["reason"]) == ("ben", "It stays in use.", "The storm is over.")


def test_a_decision_needs_a_person_a_reason_and_a_day_to_come(built: Store) -> None:
    told = {"decision": "Stop.", "reason": "Why not."}
    with pytest.raises(ForbiddenError, match="person"):
        do(built, operator("cli:x"), "record_decision", **told)
    with pytest.raises(InputRefusedError, match="allowed is at least one character; fill it in"):
        do(built, by("ben"), "record_decision", **(told | {"reason": " \n "}))
    with pytest.raises(InputRefusedError, match="over"):
        do(built, by("ben"), "record_decision", **told, until=(TODAY - timedelta(days=3)).isoformat())


def test_a_comment_is_corrected_by_its_author_and_speaks_of_what_the_model_has(built: Store) -> None:
    do(built, by("ben"), "comment", text="The stom.", about="drift")
    first = shown(built, "discussion").iloc[0]
    assert (first["subject"], first["text"]) == ("drift", "The stom.")
    do(built, by("ben"), "comment", text="The storm.", about="drift", corrects=first["statement"])
    assert shown(built, "discussion").iloc[0]["corrects"] == first["statement"]
    for who, values in ((by("anna"), {"corrects": first["statement"]}), (by("ben"), {"corrects": "nothing"})):
        with pytest.raises(InputRefusedError, match="your own comments"):
            do(built, who, "comment", text="Mine.", **values)
    with pytest.raises(InputRefusedError, match="does not belong"):
        do(built, by("ben"), "comment", text="Elsewhere.", about="moon")


@pytest.mark.parametrize(
    ("who", "message"),
    [
        (by("ben", "manager"), "Four eyes"),
        (by("dora", "data_scientist"), "Only a manager"),
        (by("anna", "business_stakeholder"), None),
        (by("carla", "domain_expert"), None),
        (by("dora", "manager"), None),
    ],
    ids=lambda value: f"{value.person}-{'-'.join(value.roles)}" if isinstance(value, Principal) else None,
)
def test_a_status_is_accepted_by_who_answers_and_never_by_a_builder(
    built: Store, who: Principal, message: str | None
) -> None:
    if message is None:
        accepted(built, who, reason=f"Known to {who.person}.")
        row = shown(built, "acceptances").iloc[0]
        assert (row["person"], row["accepted"], row["state"]) == (who.person, "alert", "in_force")
        status = shown(built, "status").set_index("area")["status"]
        assert status["performance"] == "alert"
    else:
        with pytest.raises(ForbiddenError, match=message):
            accepted(built, who)


@pytest.mark.parametrize(("days", "fits"), [(-2, False), (80, True), (95, False)])
def test_a_status_is_accepted_for_a_while_only(built: Store, days: int, fits: bool) -> None:
    if fits:
        assert "accepted the status alert" in accepted(built, by("anna"), days)
    else:
        with pytest.raises(InputRefusedError, match="Choose a day"):
            accepted(built, by("anna"), days)


def test_an_acceptance_ends_by_its_day_by_the_next_one_or_withdrawn(built: Store) -> None:
    accepted(built, by("anna"), 20, "drift", "First.")
    accepted(built, by("anna"), 21, "drift", "Second.")
    with pytest.raises(InputRefusedError, match="already"):
        accepted(built, by("anna"), 21, "drift", "Second.")
    with pytest.raises(ForbiddenError, match="may withdraw it"):
        do(built, by("dora", "domain_expert"), "withdraw_acceptance", area="drift", reason="No.")
    later = run_view(built, "acceptances", Query(on=TODAY + timedelta(days=40)), operator("test"))
    assert list(later[later["area"] == "drift"]["state"]) == ["over", "replaced"]
    do(built, by("anna", "domain_expert"), "withdraw_acceptance", area="drift", reason="It is repaired.")
    found = shown(built, "acceptances")
    assert list(found[found["area"] == "drift"]["state"]) == ["withdrawn", "replaced"]
    with pytest.raises(InputRefusedError, match="No status"):
        do(built, by("anna"), "withdraw_acceptance", area="drift", reason="Again.")


def test_a_new_rating_is_asked_for_once_until_it_came(built: Store, tmp_path: Path) -> None:
    ask = {"risk": "outage", "reason": "A new use."}
    do(built, by("ben"), "request_rating", **ask)
    with pytest.raises(InputRefusedError, match="already"):
        do(built, by("anna"), "request_rating", **ask)
    event = {"kind": "risk", "model": "claims", "at": "2024-05-01", "risk": "outage", "likelihood": 2, "impact": 3}
    (tmp_path / "risk.jsonl").write_text(json.dumps(event) + "\n", encoding="utf-8")
    run_action(built, "ingest_events", Files(files=(tmp_path / "risk.jsonl",)), operator("test"))
    do(built, by("anna"), "request_rating", **ask)
    assert list(shown(built, "discussion")["kind"].head(2)) == ["rating_requested"] * 2


@pytest.mark.parametrize("name", ["comment", "record_decision", "request_rating"])
def test_an_unknown_model_is_refused(built: Store, name: str) -> None:
    values = {"text": "a", "decision": "a", "reason": "a", "risk": "outage", "model": "nothing"}
    fields = {"comment": ("text",), "record_decision": ("decision", "reason"), "request_rating": ("risk", "reason")}
    with pytest.raises(DashboardError, match="not known"):
        do(built, by("ben"), name, model="nothing", **{field: values[field] for field in fields[name]})
