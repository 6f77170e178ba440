"""`verify` finds what raw SQL, an editor or an old copy changed, and names the first broken record."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.cli.command_line import main
from dashboard.errors import StoreDamagedError
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.journal import NAME, read_lines
from dashboard.store.audit.rebuild import rebuild
from dashboard.store.audit.verify import LedgerBrokenError, verify_home
from dashboard.store.engine.database import open_store
from tests.acceptance.portfolio import BINARY_CARD

SWAP = (
    "UPDATE audit SET seq = -1 WHERE seq = 2",
    "UPDATE audit SET seq = 2 WHERE seq = 3",
    "UPDATE audit SET seq = 3 WHERE seq = -1",
)
TAMPERINGS = {
    "a changed card": ((("UPDATE cards SET content = replace(content, '0.37', '0.9')"),), (1, "cards")),
    "a changed actor": (("UPDATE events SET actor = 'nobody' WHERE kind = 'incident'",), (3, "events")),
    "a changed time": (("UPDATE log_files SET recorded_at = recorded_at + INTERVAL 1 MICROSECOND",), (2, "log_files")),
    "a deleted event": (("DELETE FROM events WHERE kind = 'usage'",), (3, "events")),
    "a changed record": (("UPDATE audit SET actor = 'nobody' WHERE seq = 2",), (2, "audit")),
    "a changed hash": (("UPDATE audit SET hash = repeat('a', 64) WHERE seq = 4",), (4, "audit")),
    "a deleted record": (("DELETE FROM audit WHERE seq = 2",), (2, "audit")),
    "swapped records": (SWAP, (2, "audit")),
    "a cut tail": (("DELETE FROM audit WHERE seq > 2",), (3, "audit")),
    "an emptied table": (("DELETE FROM audit",), (1, "audit")),
}


def tamper(home: Path, *statements: str) -> None:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        for statement in statements:
            connection.execute(statement)


def first_fault(home: Path) -> tuple[int, str]:
    with pytest.raises(LedgerBrokenError) as broken:
        verify_home(home)
    fault = broken.value.verified.faults[0]
    assert fault.fact_id in str(broken.value).splitlines()[0]
    return fault.seq, fault.table


@pytest.fixture
def with_model_files(tmp_path: Path) -> Path:
    """A home in which a card with two model files was registered, then changed, by records 1 and 2."""
    store = open_store(tmp_path / "home")
    versions = 'versions: [{version: "1", artifact: one.bin}, {version: "2", artifact: two.bin}]'
    card = tmp_path / "claims.yaml"
    for name in ("one", "two"):
        (tmp_path / f"{name}.bin").write_bytes(f"model {name}".encode())
    stated = re.sub(r"^versions:.*$", versions, BINARY_CARD, flags=re.MULTILINE)
    for more in ("", "summary: Changed.\n"):
        card.write_text(stated + more, encoding="utf-8")
        run_action(store, "register", Files(files=(card,)), operator("test"))
    store.close()
    return tmp_path / "home"


@pytest.mark.parametrize("how", ["deleted", "altered", "emptied folder"])
def test_a_model_file_that_is_not_what_was_registered_is_named(
    with_model_files: Path, how: str, capsys: pytest.CaptureFixture[str]
) -> None:
    home = with_model_files
    assert verify_home(home).files == 2
    digest = hashlib.sha256(b"model two").hexdigest()
    if how == "deleted":
        (home / "artifacts" / digest).unlink()
    elif how == "altered":
        (home / "artifacts" / digest).write_bytes(b"model twO")
    else:
        shutil.rmtree(home / "artifacts")
    assert main(["verify", "--home", str(home)]) == 1
    lines = capsys.readouterr().err.splitlines()
    wrong = "has SHA-256" if how == "altered" else "is missing"
    named = [line for line in lines if f"fact {digest}" in line]
    told = f"record 2, table artifacts, fact {digest}: the model file of claims, version 2, {wrong}"
    assert [line[: len(told)] for line in named] == [told]
    assert len([line for line in lines if "model file" in line]) == (2 if how == "emptied folder" else 1)


def test_a_hash_on_a_card_without_its_file_promises_none(tmp_path: Path) -> None:
    stated = BINARY_CARD.replace('{version: "2"}', f'{{version: "2", artifact: far.bin, artifact_sha256: {"a" * 64}}}')
    (tmp_path / "claims.yaml").write_text(stated, encoding="utf-8")
    store = open_store(tmp_path / "home")
    run_action(store, "register", Files(files=(tmp_path / "claims.yaml",)), operator("test"))
    store.close()
    assert verify_home(tmp_path / "home").faults == []


def test_an_untouched_home_is_whole(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    verified = verify_home(home)
    assert (verified.records, verified.faults) == (4, [])
    assert verified.facts > 6
    assert main(["verify", "--home", str(home)]) == 0
    assert "verified 4 records" in capsys.readouterr().out


@pytest.mark.parametrize("name", TAMPERINGS)
def test_raw_sql_is_found_and_named(home: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    statements, expected = TAMPERINGS[name]
    tamper(home, *statements)
    assert first_fault(home) == expected
    assert main(["verify", "--home", str(home)]) == 1
    assert capsys.readouterr().err.startswith(f"record {expected[0]}, table {expected[1]}, fact ")


def test_a_row_that_no_action_wrote_is_named(home: Path) -> None:
    tamper(home, "INSERT INTO organisation VALUES ('f', now()::TIMESTAMP, 'x', 'person', 'eve', '{}', '', NULL)")
    with pytest.raises(LedgerBrokenError, match="no record, table organisation, fact f"):
        verify_home(home)


def _edit(home: Path) -> None:
    path = home / NAME
    path.write_bytes(path.read_bytes().replace(b"Anna Keller", b"Anna Kelly"))


def _drop_line(home: Path) -> None:
    lines = list(read_lines(home / NAME))
    (home / NAME).write_bytes(b"".join([lines[0], *lines[2:]]))


def _cut(home: Path) -> None:
    (home / NAME).write_bytes(b"".join(list(read_lines(home / NAME))[:-1]))


def _half_a_character(home: Path) -> None:
    path = home / NAME
    path.write_bytes(path.read_bytes().replace(b"Anna Keller", rb"Anna\ud800Keller"))


def _nested_without_end(home: Path) -> None:
    lines = list(read_lines(home / NAME))
    lines[1] = b'{"record": ' + b"[" * 100_000 + b"\n"
    (home / NAME).write_bytes(b"".join(lines))


@pytest.mark.parametrize(
    ("change", "seq"), [(_edit, 1), (_drop_line, 2), (_cut, 4), (_half_a_character, 1), (_nested_without_end, 2)]
)
def test_an_edited_journal_is_found(home: Path, change: Callable[[Path], None], seq: int) -> None:
    change(home)
    assert first_fault(home)[0] == seq


def test_an_old_database_file_is_found(home: Path, tmp_path: Path) -> None:
    old = tmp_path / "old.duckdb"
    shutil.copy(home / "store.duckdb", old)
    store = open_store(home)
    for person in ("p", "q"):
        with store.writing(AuditContext("test", "x", after={person: 1})):
            pass
    store.close()
    shutil.copy(old, home / "store.duckdb")
    assert first_fault(home) == (5, "audit")


def test_changed_files_are_found(home: Path) -> None:
    path = next((home / "log").rglob("*.parquet"))
    text = bytearray(path.read_bytes())
    text[len(text) // 2] ^= 1
    path.write_bytes(bytes(text))
    assert first_fault(home) == (2, "log_files")
    path.unlink()
    assert first_fault(home) == (2, "log_files")


def test_rebuild_gives_the_same_facts_and_records(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    before, head = facts_of(home), verify_home(home).head
    for path in home.glob("store.duckdb*"):
        path.unlink()
    with pytest.raises(StoreDamagedError, match="rebuild"):
        open_store(home)
    assert main(["rebuild", "--home", str(home)]) == 0
    assert "rebuilt 4 records" in capsys.readouterr().out
    assert facts_of(home) == before
    assert verify_home(home).head == head
    assert main(["monitor", "--home", str(home)]) == 0


def test_rebuild_keeps_the_old_file_and_repairs_what_was_tampered_with(home: Path) -> None:
    before = facts_of(home)
    tamper(home, *TAMPERINGS["a deleted event"][0])
    rebuilt = rebuild(home)
    assert rebuilt.old is not None
    assert rebuilt.old.is_file()
    assert facts_of(home) == before


def test_a_broken_journal_rebuilds_nothing(home: Path) -> None:
    before = facts_of(home)
    _edit(home)
    with pytest.raises(StoreDamagedError, match=f"{NAME}:1: "):
        rebuild(home)
    assert facts_of(home) == before


def facts_of(home: Path) -> dict[str, list[tuple[object, ...]]]:
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        tables = ("cards", "organisation", "events", "log_files", "audit")
        return {table: connection.execute(f"SELECT * FROM {table} ORDER BY fact_id").fetchall() for table in tables}


def verifying_calls(home: Path, number: int) -> int:
    """How many functions are called to verify a home with so many records."""
    from dashboard.store.audit.chain import Head, audit_record
    from dashboard.store.audit.facts import Fact
    from dashboard.store.audit.journal import Line

    head, lines, calls = Head(), [], Counter[str]()
    home.mkdir()
    for place in range(number):
        row = {
            "fact_id": f"f{place}", "recorded_at": "2024-01-01T00:00:00.000000", "actor": "x", "kind": "person",
            "subject_id": f"p{place}", "content": json.dumps({"id": place}), "content_sha256": "",
        }  # fmt: skip
        fact = Fact("organisation", f"f{place}", row)
        entry = audit_record(AuditContext("register", "x", after={f"person p{place}": {}}), [fact], head)
        head = entry.head
        lines.append(Line(entry, (fact,), entry.seq).to_bytes())
    home.joinpath(NAME).write_bytes(b"".join(lines))
    assert rebuild(home).records == number
    sys.setprofile(lambda frame, event, argument: calls.update([event]))
    try:
        assert verify_home(home).records == number
    finally:
        sys.setprofile(None)
    return calls["call"] + calls["c_call"]


def test_the_work_of_verifying_grows_with_the_records_and_no_faster(tmp_path: Path) -> None:
    verifying_calls(tmp_path / "imports", 1)
    assert verifying_calls(tmp_path / "twice", 2_000) < 2.2 * verifying_calls(tmp_path / "once", 1_000)
