"""In a server files are read by another process: with the same outcome, and whatever happens to it nothing is left."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from dashboard.errors import InputRefusedError, MachineError
from dashboard.processes.child import ChildProcess
from dashboard.store.engine.database import Store, open_store
from dashboard.store.log import reading_process
from dashboard.store.log.files import list_log_files
from dashboard.store.log.ingest import Reason, correct_actuals, ingest_actuals, ingest_predictions
from dashboard.store.log.order import ORDERS, LogState, Order
from dashboard.store.log.reading_process import end_reading
from tests.log.conftest import MakeCard, Write, everything, told

HEADER = "id,at,score,late,hour,carrier"
ROWS = "".join(f"{number},2024-0{1 + number % 9}-01,0.{number},{number % 2 or ''},3,AA\n" for number in range(1, 10))
LABELS = "id,late,known\n2,1,2024-11-01T00:00:00Z\nlater,0,2024-11-02T00:00:00Z\n"


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Store]:
    store = open_store(tmp_path / "served")
    store.writer.start()
    yield store
    end_reading(store.home)
    store.close()


def outcome(work: Callable[[], Any]) -> Any:
    try:
        return work()
    except InputRefusedError as refused:
        return told(refused)


def test_the_outcome_is_the_same_and_progress_is_told(
    store: Store, served: Store, make_card: MakeCard, write: Write
) -> None:
    card = make_card(known_at="known")
    rows = write("p.csv", f"{HEADER}\n{ROWS}")
    calls: list[Callable[[Store], Any]] = [
        lambda to: ingest_predictions(to, card, [rows], "tester", is_trial=True),
        lambda to: ingest_predictions(to, card, [rows], "tester", lambda share, _: shares.append(share)),
        lambda to: ingest_predictions(to, card, [rows, write("b.csv", f"{HEADER}\nx,y,2,,,\n")], "tester"),
        lambda to: ingest_predictions(to, card, [write("c.csv", f"{HEADER}\n{ROWS}".replace("AA", "BB"))], "tester"),
        lambda to: ingest_actuals(to, card, [write("l.csv", LABELS)], "tester"),
        lambda to: correct_actuals(to, card, [write("m.csv", "id,late\n2,0\n")], "tester", Reason("charged back")),
        lambda to: ingest_predictions(to, card, [write("none.xlsx", "")], "tester"),
    ]
    for number, call in enumerate(calls):
        shares: list[float] = []
        found = [outcome(lambda to=to, call=call: call(to)) for to in (store, served)]
        assert found[0] == found[1], number
        assert len(shares) % 2 == 0, shares
        assert shares[: len(shares) // 2] == shares[len(shares) // 2 :]
    with store.cursor() as mine, served.cursor() as others:
        compared = "SELECT kind, version, month, rows, labels, source_name, source_sha256 FROM log_files ORDER BY ALL"
        assert mine.execute(compared).fetchall() == others.execute(compared).fetchall()


def test_one_process_reads_call_after_call(served: Store, make_card: MakeCard, write: Write) -> None:
    for _ in range(2):
        ingest_predictions(served, make_card(), [write("p.csv", f"{HEADER}\n{ROWS}")], "tester")
    assert len(reading_process._readers) == 1


@pytest.mark.parametrize("how", ["killed", "too slow", "too much memory", "nonsense"])
def test_a_file_that_takes_the_process_down_is_refused_and_nothing_is_left(
    served: Store, make_card: MakeCard, write: Write, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    path = write("p.csv", f"{HEADER}\n{ROWS}")
    ingest_predictions(served, make_card(), [write("before.csv", f"{HEADER}\nb,2024-01-01,0.5,,3,AA\n")], "tester")
    before = everything(served)
    monkeypatch.setattr(reading_process, "BUSY", 1e-6)
    if how != "too slow":
        answers = {"too much memory": {"refused": "it needs more memory than it may use"}, "nonsense": {"other": 1}}

        def asked(child: ChildProcess, *_: object) -> Any:
            if how == "killed":
                assert child._running is not None
                os.kill(child._running.pid, signal.SIGKILL)
                raise child._stopped(child._running)
            return answers[how]

        monkeypatch.setattr(ChildProcess, "ask", asked)
    with pytest.raises(InputRefusedError, match=r"p\.csv: cannot be read within the limits of one call") as refused:
        ingest_predictions(served, make_card(), [path], "tester")
    assert "nothing of the call was written" in str(refused.value)
    assert everything(served) == before
    monkeypatch.undo()
    assert ingest_predictions(served, make_card(), [path], "tester").rows_added == 9


def test_a_disk_that_is_full_is_told_from_the_process(
    served: Store, make_card: MakeCard, write: Write, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = "the log cannot be written: there is no space left on the disk"
    monkeypatch.setattr(ChildProcess, "ask", lambda *_: {"machine": words, "full": True})
    with pytest.raises(MachineError, match="no space left") as fault:
        ingest_predictions(served, make_card(), [write("p.csv", f"{HEADER}\n{ROWS}")], "tester")
    assert fault.value.full


def test_an_order_is_the_same_on_the_other_side(store: Store, make_card: MakeCard, write: Write) -> None:
    card = make_card(task="regression", time_zone="Asia/Kolkata", versions=("1", "2"), columns={"hour_of_day": "hour"})
    ingest_predictions(store, make_card(), [write("p.csv", f"{HEADER}\n{ROWS}")], "tester")
    state = LogState(store.home, tuple(list_log_files(store, "flights")), any_withdrawn=True)
    order = Order("ingest_actuals", card, (write("l.csv", ""),), "anna", store.home, state, state.files[0].recorded_at)
    for one in (order, replace(order, reason="why", is_trial=True)):
        assert ORDERS.validate_json(ORDERS.dump_json(one, by_alias=True)) == one


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_hundreds_of_columns_that_no_card_names_are_kept(
    store: Store, make_card: MakeCard, tmp_path: Path, kind: str
) -> None:
    """Sums of constants and equal parts among many expressions once took longer than squared in their number."""
    named = {"id": "1", "at": "2024-01-01", "score": 0.5, "late": 0, "hour": 3, "carrier": "AA"}
    frame = pd.DataFrame([{**named, **{f"x{number}": str(number) for number in range(1_100)}}])
    path = tmp_path / f"wide.{kind}"
    if kind == "csv":
        frame.to_csv(path, index=False)
    else:
        frame.to_parquet(path)
    assert ingest_predictions(store, make_card(), [path], "tester").rows_added == 1
    with store.cursor() as cursor:
        [(listed,)] = cursor.execute("SELECT path FROM log_files").fetchall()
    kept = pd.read_parquet(store.home / "log" / listed)
    assert [kept[f"x{number}"][0] for number in range(1_100)] == [str(number) for number in range(1_100)]
