"""What is refused to somebody who is known stands in the audit trail, beside the chain, and cannot flood it."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dashboard.access.principal import ANYBODY, anybody, operator
from dashboard.actions.comments import Comment
from dashboard.actions.refusals import refusals_noted
from dashboard.actions.registry import ACTIONS, Payload, run_action
from dashboard.errors import ForbiddenError, NotFoundError
from dashboard.store.audit import refusals
from dashboard.store.audit.backup import back_up
from dashboard.store.audit.refusals import NAME, Refusal, Refusals, list_refusals
from dashboard.ui.session import data, reader
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from dashboard.words import Sentence
from tests.access.world import PART, World, claims_of, world_in

AT = datetime(2024, 3, 1, 9, 5, tzinfo=UTC)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_in(tmp_path_factory.mktemp("refusals"), "end_role", "revoke_token") as made:
        yield made


def noted(world: World) -> list[tuple[str, str, str | None, int]]:
    """What was noted since the last time this was asked."""
    found = [(one.actor, one.action, one.subject, one.attempts) for one in list_refusals(world.store.home)]
    (world.store.home / NAME).unlink(missing_ok=True)
    world.store.refusals._hour = ""
    return found


def act(world: World, person: str, name: str, payload: Payload | None = None) -> str:
    return world.page_act(person, ACTIONS.get(name), payload or world.example(name).payload)


def refusal(number: int = 0, actor: str = "login:x", at: datetime = AT) -> Refusal:
    return Refusal(at, actor, f"action {number}", "claims", {"en": "No.", "de": "Nein."})


def test_a_page_and_a_token_leave_a_note_and_the_chain_none(world: World) -> None:
    noted(world)
    before, version = world.counts(), world.store.version
    assert act(world, "person.d", "end_role") == "denied"
    assert act(world, "person.d", "close_alert", ACTIONS.get("close_alert").payload.model_validate(CLOSE)) == "denied"
    assert world.http_act(world.token("read"), ACTIONS.get("end_role"), world.example("end_role").payload) == "denied"
    assert world.counts() == before
    assert world.store.version != version
    assert noted(world) == [
        ("login:person.d", "end_role", "claims", 1),
        ("login:person.d", "close_alert", "claims", 1),
        ("token:only-read", "end_role", None, 1),
    ]


CLOSE = {"model": "claims", "area": "performance", "cause": "repaired", "reason": "test"}


def test_a_hidden_model_is_noted_and_an_unknown_one_is_a_slip(world: World) -> None:
    noted(world)
    before = world.counts()
    for model in ("zebra", "no-such-model"):
        assert act(world, PART, "comment", Comment(model=model, text="Hm.")).startswith("NotFoundError")
    assert noted(world) == [(f"login:{PART}", "comment", "zebra", 1)]
    assert world.counts() == before


def test_who_is_not_known_leaves_no_note(world: World) -> None:
    noted(world)
    payload, action = world.example("end_role").payload, ACTIONS.get("end_role")
    assert world.page_act(None, action, payload) == "denied"
    assert world.http_act({"Authorization": "Bearer ml_wrong"}, action, payload) == "denied"
    with pytest.raises(ForbiddenError):
        run_action(world.store, "end_role", payload, anybody())
    assert noted(world) == []
    assert anybody().actor == ANYBODY


def test_the_view_tells_it_to_managers_of_that_model_in_their_language(world: World) -> None:
    noted(world)
    assert act(world, "person.d", "end_role") == "denied"
    assert act(world, PART, "comment", Comment(model="zebra", text="Hm.")).startswith("NotFoundError")
    head = world.store.ledger.head
    found = run_view(world.store, "refusals", Query(language="de"), operator("test"))
    assert list(found["subject"]) == ["zebra", "claims"]
    assert found["reason"][0] == "Dieses Modell ist für sie nicht sichtbar."
    assert found["reason"][1] == "Das steht nur anderen Rollen offen: admin, manager."
    assert list(found["attempts"]) == [1, 1]
    of_claims = run_view(world.store, "refusals", Query(model="claims"), operator("test"))
    assert list(of_claims["actor"]) == ["login:person.d"]
    tomorrow = list_refusals(world.store.home)[0].at.date() + timedelta(days=2)
    assert run_view(world.store, "refusals", Query(start=tomorrow), operator("test")).empty
    assert run_view(world.store, "refusals", Query(as_of=AT), operator("test")).empty
    world.patch.setattr(reader, "claims", lambda: claims_of(PART))
    assert "zebra" not in set(data.read("refusals", Query())["subject"])
    # A page that shows them already reads them anew.
    world.patch.setattr(reader, "claims", lambda: claims_of("person.m"))
    assert len(data.read("refusals", Query())) == 2
    assert act(world, "person.b", "revoke_token") == "denied"
    world.patch.setattr(reader, "claims", lambda: claims_of("person.m"))
    assert len(data.read("refusals", Query())) == 3
    assert world.store.ledger.head == head


def test_a_login_that_ended_or_work_under_way_is_no_want_of_a_right(world: World) -> None:
    noted(world)

    class OtherError(ForbiddenError):
        """A kind of its own."""

    with pytest.raises(OtherError), refusals_noted(world.store, operator("test"), "monitor"):
        raise OtherError(Sentence("Under way."))
    with pytest.raises(NotFoundError), refusals_noted(world.store, operator("test"), "monitor"):
        raise NotFoundError("finding 'x' is not known")
    assert noted(world) == []


def test_attempts_of_an_hour_are_told_together(tmp_path: Path) -> None:
    kept = Refusals(tmp_path)
    written = [kept.note(refusal(at=AT + timedelta(seconds=number))) for number in range(100)]
    assert sum(written) == 7
    assert [(one.at, one.attempts) for one in list_refusals(tmp_path)] == [(AT, 64)]
    # Another process goes on counting; the next hour begins anew.
    again = Refusals(tmp_path)
    assert sum(again.note(refusal(at=AT + timedelta(minutes=9))) for _ in range(64)) == 1
    assert again.note(refusal(at=AT + timedelta(hours=1)))
    assert [one.attempts for one in list_refusals(tmp_path)] == [128, 1]
    assert [one.attempts for one in list_refusals(tmp_path, AT + timedelta(minutes=1))] == [32]


def test_nobody_can_flood_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    kept = Refusals(tmp_path)
    for number in range(200):
        kept.note(refusal(number))
    assert len(list_refusals(tmp_path)) == refusals.MOST_OF_ACTOR
    for number in range(2_000):
        kept.note(refusal(number % 10, f"login:{number // 10}"))
    assert len(list_refusals(tmp_path)) == refusals.MOST_AN_HOUR
    monkeypatch.setattr(refusals, "MOST_BYTES", 2_000)
    for hours in range(1, 200):
        kept.note(refusal(at=AT + timedelta(hours=hours)))
    assert sum(path.stat().st_size for path in tmp_path.iterdir()) < 6_000
    assert list_refusals(tmp_path)[-1].at == AT + timedelta(hours=199)


def test_a_torn_last_line_is_passed_over(tmp_path: Path) -> None:
    Refusals(tmp_path).note(refusal())
    with (tmp_path / NAME).open("a", encoding="utf-8") as file:
        file.write('{"at": "2024-03-01T09:0')
    assert [one.action for one in list_refusals(tmp_path)] == ["action 0"]


def test_a_backup_holds_it(world: World, tmp_path: Path) -> None:
    assert act(world, "person.d", "end_role") == "denied"
    back_up(world.store, tmp_path / "b.zip")
    with zipfile.ZipFile(tmp_path / "b.zip") as packed:
        assert json.loads(packed.read(NAME).splitlines()[-1])["action"] == "end_role"
