"""Figures, statuses and judgements that were changed behind the program's back are found, by model and period."""

from __future__ import annotations

import re
from pathlib import Path

import duckdb
import pytest

from dashboard.cli.command_line import main
from dashboard.governance.verification.verification import Asked, check_home
from dashboard.store.audit.facts import DERIVED
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import open_store
from dashboard.store.statuses import append_status
from dashboard.words import Sentence
from tests.ledger.conftest import tamper

ONE_BLOCK = "(SELECT {block} FROM profiles WHERE octet_length({block}) > 0 ORDER BY fact_id LIMIT 1)"
FORGED_PROFILE = (
    "INSERT INTO profiles SELECT 'forged', recorded_at + INTERVAL 1 SECOND, layout_id, model_id, version, scope, "
    "period_start, segment_column, segment_value, 1, 1, features, outcomes, {hashed_in} FROM profiles LIMIT 1"
)
# What somebody does with SQL, and how it is told.
TAMPERINGS = {
    "every outcome is that of the best month": (
        f"UPDATE profiles SET outcomes = {ONE_BLOCK.format(block='outcomes')}",
        r"record 5, table profiles, fact \S+: profiles of claims, 2024-01-\d\d: the rows have another content",
    ),
    "features of another period": (
        f"UPDATE profiles SET features = {ONE_BLOCK.format(block='features')} WHERE scope = 'reference'",
        r"record 5, table profiles, .*: profiles of claims, reference: the rows have another content",
    ),
    "more predictions": (
        "UPDATE profiles SET predictions = predictions + 1 WHERE segment_column IS NULL",
        r"table profiles, .*: profiles of claims, .*another content",
    ),
    "another period": (
        "UPDATE profiles SET period_start = period_start + INTERVAL 400 DAY WHERE scope = 'period'",
        r"profiles of claims, 2024-01-\d\d: \d+ of \d+ rows are missing",
    ),
    "deleted profiles": (
        "DELETE FROM profiles WHERE period_start::DATE = '2024-01-03'",
        r"profiles of claims, 2024-01-03: (\d+) of \1 rows are missing",
    ),
    "one deleted profile": (
        "DELETE FROM profiles WHERE fact_id = (SELECT min(fact_id) FROM profiles)",
        r"profiles of claims, .*: 1 of \d+ rows are missing",
    ),
    "emptied profiles": ("DELETE FROM profiles", r"profiles of claims, 2024-01-\d\d: .* rows are missing"),
    "an added profile": (
        FORGED_PROFILE.format(hashed_in="hashed_in"),
        r"profiles of claims, .*: 1 rows were written by no record",
    ),
    "an added profile without hash": (
        FORGED_PROFILE.format(hashed_in="NULL"),
        r"no record, table profiles, .*: profiles of claims, .*: 1 rows were written by no record",
    ),
    "profiles without hashes": ("UPDATE profiles SET hashed_in = NULL", r"profiles of claims, .* rows"),
    "deleted layouts": ("DELETE FROM profile_layouts", r"profile_layouts of claims: 1 of 1 rows are missing"),
    "another layout": (
        "UPDATE profile_layouts SET content = replace(content, '0.5', '0.6')",
        r"profile_layouts of claims: the rows have another content",
    ),
    "a run that took more into account": (
        "UPDATE monitor_runs SET known_until = known_until + INTERVAL 1 DAY",
        r"monitor_runs of claims: the rows have another content",
    ),
    "deleted runs": ("DELETE FROM monitor_runs", r"monitor_runs of claims: 1 of 1 rows are missing"),
    "good statuses": (
        "UPDATE statuses SET status = 'ok' WHERE area = 'performance'",
        r"record 6, table statuses, .*: statuses of claims, performance: the rows have another content",
    ),
    "another reason": ("UPDATE statuses SET message = 'All is well.'", r"statuses of claims, .*another content"),
    "deleted statuses": ("DELETE FROM statuses", r"statuses of claims, drift: 1 of 1 rows are missing"),
    "an added status": (
        "INSERT INTO statuses SELECT 'forged', recorded_at + INTERVAL 1 SECOND, model_id, area, 'ok', message, "
        "message_values, hashed_in FROM statuses LIMIT 1",
        r"statuses of claims, .*: 1 rows were written by no record",
    ),
    "hashes of figures": (
        "UPDATE figure_hashes SET content = '{}'",
        r"table figure_hashes, fact \S+: the row has another content",
    ),
    "deleted hashes": ("DELETE FROM figure_hashes", r"table figure_hashes, fact \S+: the row is missing"),
    "good judgements": ("UPDATE judgements SET status = 'ok'", r"fact claims: what is kept of present"),
    "other words": (
        "UPDATE judgements SET content = replace(content, 'alert', 'ok')", r"what is kept of (present|history)"
    ),
    "deleted judgements": ("DELETE FROM judgements", r"what is kept of present judgements has another content"),
    "one deleted gap": (
        "DELETE FROM judgements WHERE subject = 'gap' AND position = (SELECT min(position) FROM judgements "
        "WHERE subject = 'gap')",
        r"what is kept of present judgements has another content",
    ),
    "judgements that hold for ever": (
        "UPDATE judged_models SET valid_until = '9999-01-01'", r"what is kept of present judgements"
    ),
    "judgements on more facts": ("UPDATE judged_models SET facts = facts + 9", r"what is kept of present judgements"),
    "deleted bases": ("DELETE FROM judged_models", r"what is kept of present judgements"),
    "bases without hash": ("UPDATE judged_models SET sha256 = NULL", r"what is kept of present judgements"),
    "names that are not looked up": ("DELETE FROM judged_names", r"what is kept of present judgements"),
    **{
        f"{table} is dropped": (f"DROP TABLE {table}", rf"table {table}, .* missing")
        for table in ("profiles", "profile_layouts", "monitor_runs", "statuses", "figure_hashes", "judgements",
                      "judged_models", "judged_names")
    },
}  # fmt: skip


def test_the_untouched_home_is_whole_and_its_figures_are_those_of_the_log(monitored: Path) -> None:
    said = check_home(monitored, Asked(figures=10_000))
    rows = int(re.search(r"(\d+) rows of figures", said)[1])
    counted = int(re.search(r"figures: (\d+) were counted anew", said)[1])
    with duckdb.connect(str(monitored / "store.duckdb")) as connection:
        number, of_periods = connection.execute(
            "SELECT count(*), count(*) FILTER (scope <> 'reference') FROM profiles"
        ).fetchone()
        others = sum(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0] for table in DERIVED)
    assert number > 100
    assert (rows, counted) == (others, of_periods)
    assert "2 kept sets are as the program wrote them; 1 models were judged anew" in said
    assert "not checked" not in said


@pytest.mark.parametrize("name", TAMPERINGS)
def test_what_was_changed_is_found_in(monitored: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    statement, expected = TAMPERINGS[name]
    tamper(monitored, statement)
    assert main(["verify", "--home", str(monitored)]) == 1
    error = capsys.readouterr().err
    assert re.search(expected, error), error
    assert "Traceback" not in error


def test_every_table_of_figures_is_hashed() -> None:
    with duckdb.connect() as connection:
        from dashboard.store.engine.migrate import migrate

        migrate(connection)
        found = connection.execute(
            "SELECT table_name FROM duckdb_columns() WHERE column_name = 'hashed_in' ORDER BY 1"
        ).fetchall()
    assert {table for (table,) in found} == DERIVED


def test_figures_past_the_functions_that_hash_them_are_not_written(monitored: Path) -> None:
    from dashboard.store.audit.chain import AuditContext
    from dashboard.store.audit.ledger import UnauditedWriteError

    store = open_store(monitored)
    past = "INSERT INTO statuses VALUES ('k', now()::TIMESTAMP, 'claims', 'drift', 'ok', '', '{}', NULL)"
    with pytest.raises(UnauditedWriteError, match="statuses"), store.writing(AuditContext("x", "y")) as cursor:
        cursor.execute(past)
    with pytest.raises(UnauditedWriteError, match="statuses"), store.writing() as cursor:
        append_status(cursor, "claims", "drift", "ok", Sentence("x"), stored(now()))
    store.close()
    assert "rows of figures" in check_home(monitored, Asked())
