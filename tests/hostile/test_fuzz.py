"""Whatever arrives is done or refused in words, and what is refused leaves no trace: no fault, no partial commit.

`make fuzz` tries 10,000 cases of each kind (test_fuzz_campaign.py).
"""

from __future__ import annotations

import random
from collections.abc import Iterator

import pytest

from dashboard.actions.registry import read_payload
from dashboard.api.service import refusal
from dashboard.errors import DashboardError, InputRefusedError
from dashboard.schema.reading.documents import read_document
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.verify import verify
from tests.hostile.fuzz_kinds import KINDS
from tests.hostile.fuzzing import Arena, Tally, arena_in, attempt, faults_of, ledger_digest, run_cases, undo


@pytest.fixture(scope="module")
def arena(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Arena]:
    with arena_in(tmp_path_factory.mktemp("fuzz")) as made:
        yield made


@pytest.fixture
def undone(arena: Arena, monkeypatch: pytest.MonkeyPatch) -> Arena:
    """The arena, whose store takes nothing for good."""
    monkeypatch.setattr(arena.store.ledger, "record", undo)
    return arena


@pytest.mark.parametrize("name", KINDS)
def test_a_slice_of_every_kind(undone: Arena, name: str) -> None:
    tally = run_cases(undone, name, KINDS[name], KINDS[name].few)
    assert tally.faults == []
    assert min(tally.refused, tally.accepted) > 0
    assert verify(undone.store).faults == []


def test_what_is_accepted_is_written_once_and_what_is_refused_not_at_all(arena: Arena) -> None:
    head, before = arena.store.ledger.head, ledger_digest(arena.store)
    chance, tally = random.Random(7), Tally()
    for name in ("events", "lineage", "people", "forms"):
        for _ in range(40):
            KINDS[name].run(arena, chance, tally)
    assert tally.faults == []
    assert verify(arena.store).faults == []
    assert (ledger_digest(arena.store) == before) == (arena.store.ledger.head == head)
    assert 0 < arena.store.ledger.head.seq - head.seq <= tally.accepted


def test_a_partial_commit_would_be_seen(arena: Arena) -> None:
    tally = Tally()

    def half() -> None:
        with arena.store.writing(AuditContext("half", "fuzz", after={"x": 1})):
            pass
        raise DashboardError("refused")

    attempt(arena.store, half, tally, "half", {})
    assert "committed and then refused" in tally.faults[-1]


def test_what_a_message_must_not_hold_would_be_seen(arena: Arena) -> None:
    place = arena.store.home / "uploads" / "fuzz" / "0" / "a.csv"

    def blamed(message: str) -> list[str]:
        return faults_of(422, f'{{"problems": [{{"file": null, "row": null, "field": null, "message": "{message}"}}]}}')

    assert any("insides" in fault for fault in blamed(f"see {place}"))
    assert any("no place" in fault for fault in blamed("wrong"))
    assert faults_of(500, "Internal Server Error")[0] == "status 500"


def test_what_is_left_behind_would_be_seen(undone: Arena) -> None:
    def leave(arena: Arena, _chance: random.Random, _tally: Tally) -> None:
        (arena.store.home / "log" / "left.parquet").write_bytes(b"")

    from tests.hostile.fuzzing import Kind

    try:
        tally = run_cases(undone, "leaving", Kind(leave), 1)
    finally:
        (undone.store.home / "log" / "left.parquet").unlink()
    assert "left something in the home" in tally.faults[0]


@pytest.mark.parametrize("key", ["", "\x00", "\ud800", "x\ny", "x" * 6_000])
def test_a_strange_key_is_named(key: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read_payload("revoke_token", {"name": "feeder", key: [key]})
    answer = refusal(refused.value, None)
    assert faults_of(answer.status_code, bytes(answer.body).decode("utf-8", "surrogatepass")) == []


@pytest.mark.parametrize("sign", ["*", "&", "!"])
def test_a_long_anchor_is_cut(sign: str) -> None:
    with pytest.raises(InputRefusedError) as refused:
        read_document("f.yaml", f"a: {sign}{'9' * 5_000} b".encode())
    answer = refusal(refused.value, None)
    assert faults_of(answer.status_code, bytes(answer.body).decode()) == []
