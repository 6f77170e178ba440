"""Beyond the hashes: forged chains, older copies, homes from before there were hashes, rebuilt and killed ones."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb
import pytest

from dashboard.access.principal import operator
from dashboard.actions.registry import run_action
from dashboard.cli.command_line import main
from dashboard.errors import InputRefusedError, StoreDamagedError
from dashboard.governance.judgements.registry import LANES
from dashboard.governance.verification.verification import Asked, check_home, read_asked
from dashboard.profiles.encoding import pack, unpack
from dashboard.store.audit.adoption import adopt_figures
from dashboard.store.audit.chain import Head, list_entries
from dashboard.store.audit.facts import DERIVED
from dashboard.store.audit.figures import group_of, grouped
from dashboard.store.audit.journal import NAME, read_lines
from dashboard.store.audit.rebuild import rebuild
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import open_store
from dashboard.store.judgements import judged_hash
from dashboard.store.kept_judgements import read_kept
from tests.ledger.conftest import found_in, tamper, watch


def forge(home: Path, change: Callable[[dict], None]) -> None:
    """Change the outcomes of one profile of the whole, and make every hash of the chain and the journal anew."""
    from dataclasses import replace

    from dashboard.store.audit.chain import insert_entries
    from dashboard.store.audit.facts import canonical, fact_of
    from dashboard.store.audit.figures import figure_of
    from dashboard.store.audit.journal import Line, parse_line

    with duckdb.connect(str(home / "store.duckdb")) as connection:
        key, block = connection.execute(
            "SELECT fact_id, outcomes FROM profiles WHERE scope = 'period' AND segment_column IS NULL LIMIT 1"
        ).fetchone()
        arrays = unpack(block)
        change(arrays)
        connection.execute("UPDATE profiles SET outcomes = ? WHERE fact_id = ?", [pack(arrays), key])
        figures = []
        for table in DERIVED:
            result = connection.execute(f"SELECT * FROM {table}")
            names = [column[0] for column in result.description]
            figures += [figure_of(table, names, row) for row in result.fetchall()]
        for hashed_in in {figure.hashed_in for figure in figures}:
            content = canonical(grouped(figure for figure in figures if figure.hashed_in == hashed_in))
            connection.execute("UPDATE figure_hashes SET content = ? WHERE fact_id = ?", [content, hashed_in])
        lines, previous = [], None
        for line in map(parse_line, read_lines(home / NAME)):
            facts = []
            for fact in line.facts:
                result = connection.execute(f"SELECT * FROM {fact.table} WHERE fact_id = ?", [fact.fact_id])
                facts.append(fact_of(fact.table, [column[0] for column in result.description], result.fetchone()))
            claims = canonical([[fact.table, fact.fact_id, fact.sha256] for fact in facts])
            entry = replace(line.entry, facts=claims, prev_hash=previous or line.entry.prev_hash)
            entry = replace(entry, hash=entry.computed_hash())
            previous = entry.hash
            lines.append(Line(entry, tuple(facts), line.group))
        connection.execute("DELETE FROM audit")
        insert_entries(connection, [line.entry for line in lines])
    (home / NAME).write_bytes(b"".join(line.to_bytes() for line in lines))


def other_sums(arrays: dict) -> None:
    arrays["sums"] = arrays["sums"] * 1.5


def labels_turned(arrays: dict) -> None:
    arrays["point_counts"] = arrays["point_counts"][[1, 0, 2]]


@pytest.mark.parametrize("change", [other_sums, labels_turned])
def test_counting_anew_finds_figures_whose_hashes_were_made_anew_too(
    monitored: Path, change: Callable[[dict], None]
) -> None:
    kept = verify_home(monitored).head
    forge(monitored, change)
    assert verify_home(monitored).faults == []
    assert re.search(
        r"profiles of claims, 2024-01-\d\dT00, version 1: the log gives other counts",
        found_in(monitored, Asked(99_999)),
    )
    # The head that was kept elsewhere tells it, too.
    assert "the chain was written anew" in found_in(monitored, Asked(head=kept))


def test_judging_anew_finds_judgements_whose_hash_was_made_anew_too(monitored: Path) -> None:
    tamper(monitored, "UPDATE judgements SET status = 'ok' WHERE subject = 'status'")
    with duckdb.connect(str(monitored / "store.duckdb")) as connection:
        from dashboard.governance.judgements.registry import subjects_of

        lanes = {lane: [subject.name for subject in subjects_of(lane)] for lane in LANES}
        for kept in read_kept(connection, lanes, ["claims"]):
            connection.execute(
                "UPDATE judged_models SET sha256 = ? WHERE lane = ?",
                [judged_hash(kept.asked, kept.lane, kept.judged), kept.lane],
            )
    assert "present judgements (status) does not follow from facts and figures" in found_in(monitored)


def test_a_head_that_was_kept_elsewhere_tells_an_older_copy(monitored: Path, tmp_path: Path) -> None:
    older = tmp_path / "older"
    shutil.copytree(monitored, older)
    store = open_store(monitored)
    run_action(store, "create_token", _token(), operator("anna"))
    store.close()
    head = verify_home(monitored).head
    assert "verified" in check_home(monitored, Asked(head=head))
    earlier = verify_home(older).head
    assert "verified" in check_home(monitored, Asked(head=Head(earlier.seq, earlier.hash[:12])))
    said = found_in(older, Asked(head=head))
    assert "this is an older copy: its chain ends with record 7, and record 8 is known from elsewhere" in said
    assert "the chain was written anew" in found_in(monitored, Asked(head=Head(head.seq, "0" * 64)))


def _token() -> object:
    from dashboard.actions.registry import read_payload

    return read_payload("create_token", {"name": "nightly", "scopes": ["read"]})


def test_the_head_of_verify_is_taken_by_its_option(monitored: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["verify", "--home", str(monitored)]) == 0
    head = capsys.readouterr().out.split("`verify --head`: ")[1].split()[0]
    assert main(["verify", "--home", str(monitored), "--head", head, "--figures", "5"]) == 0
    out = capsys.readouterr().out
    assert f"head to keep elsewhere, for `verify --head`: {head}" in out
    assert main(["backup", "--home", str(monitored), str(monitored.parent)]) == 0
    seq, digits = head.split(":")
    (archive,) = monitored.parent.glob("model-ledger-*.zip")
    assert archive.name.endswith(f"-head-{seq}-{digits[:16]}.zip")
    assert main(["restore", "--home", str(monitored.parent / "again"), str(archive)]) == 0
    assert main(["verify", "--home", str(monitored.parent / "again"), "--head", f"{seq}:{digits[:16]}"]) == 0


@pytest.mark.parametrize(
    "text", ["", "5", "5:", "5:abc", "x:0123456789", "0:01234567", "5:0123456z", f"5:{'a' * 65}", "-1:01234567"]
)
def test_what_is_no_head_is_refused(monitored: Path, text: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(InputRefusedError, match="--head"):
        read_asked(0, text)
    assert main(["verify", "--home", str(monitored), f"--head={text}"]) == 2
    assert main(["verify", "--home", str(monitored), "--figures", "-1"]) == 2


def unhashed(home: Path) -> None:
    """Make of a home what one was before there were hashes."""
    keys = "SELECT fact_id FROM figure_hashes"
    with duckdb.connect(str(home / "store.duckdb")) as connection:
        assert connection.execute(keys).fetchall()
        connection.execute("DELETE FROM figure_hashes")
        for table in DERIVED:
            connection.execute(f"UPDATE {table} SET hashed_in = NULL")
        connection.execute("UPDATE judged_models SET sha256 = NULL, rules = 'those of an earlier program'")
        connection.execute("DELETE FROM alerts")
        connection.execute("DELETE FROM audit WHERE seq > 4")
    lines = list(read_lines(home / NAME))[:4]
    (home / NAME).write_bytes(b"".join(lines))


def test_an_old_home_opens_and_what_has_no_hash_is_said_and_not_wrong(monitored: Path) -> None:
    unhashed(monitored)
    said = check_home(monitored, Asked())
    number = int(re.search(r"not checked: (\d+) rows of figures from before there were hashes", said)[1])
    assert number > 100
    assert "verified 4 records" in said
    store = open_store(monitored)
    assert adopt_figures(store) == number
    assert adopt_figures(store) == 0
    assert [entry.action for entry in list_entries(store)][-1] == "begin_hashes"
    watch(store)
    store.close()
    said = check_home(monitored, Asked())
    assert "not checked" not in said
    assert f"{number} rows of figures are as they were found on " in said
    tamper(monitored, "UPDATE profiles SET outcomes = features WHERE scope = 'period'")
    assert re.search(
        r"record 5, table profiles, .*profiles of claims, 2024-01-\d\d: the rows have another", found_in(monitored)
    )


def test_monitor_begins_hashes_of_an_old_home(monitored: Path) -> None:
    unhashed(monitored)
    assert main(["monitor", "--home", str(monitored)]) == 0
    assert "rows of figures are as they were found on" in check_home(monitored, Asked())


def test_a_rebuild_gives_figures_up_and_says_so(monitored: Path) -> None:
    kept = verify_home(monitored).head
    rebuilt = rebuild(monitored)
    assert rebuilt.records == 7
    verified = verify_home(monitored, kept)
    assert (verified.records, verified.figures.rows) == (8, 0)
    store = open_store(monitored)
    assert list_entries(store)[-1].action == "rebuild"
    watch(store)
    store.close()
    assert "judged anew" in check_home(monitored, Asked(figures=1_000))
    # Rows of before the rebuild do not come back.
    with duckdb.connect(str(monitored / "store.duckdb")) as connection:
        connection.execute(f"ATTACH '{rebuilt.old}' AS old (READ_ONLY)")
        connection.execute("INSERT INTO statuses SELECT * FROM old.statuses")
    assert "statuses of claims, drift: 1 rows were written by no record" in found_in(monitored)


def test_a_process_that_dies_before_the_commit_leaves_no_hash_without_figures(monitored: Path) -> None:
    """The journal is one group ahead: facts are completed from it, figures cannot be, and nobody was told of them."""
    before = (monitored / NAME).read_bytes()
    with duckdb.connect(str(monitored / "store.duckdb")) as connection:
        keys = connection.execute("SELECT fact_id FROM figure_hashes ORDER BY recorded_at").fetchall()
        connection.execute("DELETE FROM audit WHERE seq = 7")
        connection.execute("DELETE FROM model_overlaps")
        connection.execute("DELETE FROM figure_hashes WHERE fact_id = ?", keys[-1])
    store = open_store(monitored)
    assert [entry.seq for entry in list_entries(store)] == [1, 2, 3, 4, 5, 6]
    watch(store)
    store.close()
    assert (monitored / NAME).read_bytes() != before
    assert "verified 7 records" in check_home(monitored, Asked())


@pytest.mark.parametrize("left", ["log", "artifacts"])
def test_a_full_log_without_ledger_is_refused(monitored: Path, left: str, capsys: pytest.CaptureFixture[str]) -> None:
    for path in (*monitored.glob("store.duckdb*"), monitored / NAME):
        path.unlink()
    if left == "artifacts":
        shutil.rmtree(monitored / "log")
        (monitored / "artifacts").mkdir(exist_ok=True)
        (monitored / "artifacts" / ("a" * 64)).write_bytes(b"a model")
    with pytest.raises(StoreDamagedError, match=f"{left}/, but neither store.duckdb nor journal.jsonl"):
        open_store(monitored)
    assert main(["verify", "--home", str(monitored)]) == 1
    assert "restore a backup" in capsys.readouterr().err
    assert not (monitored / "store.duckdb").exists()


def test_groups_are_as_fine_as_there_is_room_for() -> None:
    from dashboard.store.audit.figures import MOST_OF_MODEL, Figure

    def places(hours: int) -> list[str]:
        from datetime import datetime, timedelta

        starts = [datetime(2020, 1, 1) + timedelta(hours=hour) for hour in range(hours)]
        rows = [Figure("profiles", "m", start.isoformat(timespec="hours"), "k", bytes(32)) for start in starts]
        return list(grouped(rows)["profiles"]["m"])

    assert places(3) == ["2020-01-01T00", "2020-01-01T01", "2020-01-01T02"]
    assert places(MOST_OF_MODEL + 1)[0] == "2020-01-01"
    assert places(24 * (MOST_OF_MODEL + 1))[0] == "2020-01"
    assert group_of([b"b", b"a"]) == group_of([b"a", b"b"])
    assert group_of([b"a"]) != group_of([b"a", b"a"])
    assert json.loads(json.dumps(grouped([]))) == {}
