"""Labels that are corrected, whatever the order in which they arrive, and by when they were known."""

from __future__ import annotations

import json
import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from dashboard.errors import InputRefusedError
from dashboard.profiles.engine import Engine
from dashboard.profiles.update import read_log
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import read_entries
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.log.files import file_path, list_log_files, sha256_of
from dashboard.store.log.ingest import Reason, correct_actuals, ingest_actuals, ingest_predictions
from dashboard.store.log.order import Ingested
from dashboard.store.log.pending import list_pending_labels
from tests.log.conftest import MakeCard, Write, everything, told

HEADER = "id,at,score,late,hour,carrier,known"
ALWAYS = datetime(2199, 1, 1)


@pytest.fixture
def card(make_card: MakeCard) -> ModelCard:
    return make_card(known_at="known")


def predictions(store: Store, card: ModelCard, write: Write, *rows: str, header: str = HEADER) -> Ingested:
    return ingest_predictions(store, card, [write("p.csv", "\n".join([header, *rows]))], "tester")


def actuals(store: Store, card: ModelCard, write: Write, *rows: str, header: str = "id,late,known") -> Ingested:
    return ingest_actuals(store, card, [write("l.csv", "\n".join([header, *rows]))], "tester")


def corrected(store: Store, card: ModelCard, write: Write, *rows: str, header: str = "id,late,known") -> Ingested:
    return correct_actuals(
        store, card, [write("c.csv", "\n".join([header, *rows]))], "tester", Reason("chargeback withdrawn")
    )


def known(store: Store, card: ModelCard, until: datetime = ALWAYS, version: str | None = None) -> list[float | None]:
    """The labels of the log's rows that were known at an instant, by instant of prediction."""
    log = read_log(store, card)
    engine = Engine(log.home / "log")
    try:
        batches = list(engine.batches(log.sources(until, version=version, shadow=None), []))
    finally:
        engine.close()
    columns = [[batch.column(name).to_pylist() for name in ("_at", "_actual")] for batch in batches]
    return [label for _, label in sorted((at, label) for pair in columns for at, label in zip(*pair, strict=True))]


def test_a_label_known_later_takes_the_place_of_the_one_before(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, "1,2013-04-01,0.5,1,3,AA,2013-05-01", "2,2013-04-02,0.5,0,3,AA,2013-05-01")
    done = actuals(store, card, write, "1,0,2013-06-01", "2,0,2013-06-01")
    assert (done.labels_added, done.corrected, done.labels_ignored) == (1, 1, 1)
    assert known(store, card) == [0.0, 0.0]
    assert known(store, card, datetime(2013, 5, 31)) == [1.0, 0.0]
    assert known(store, card, datetime(2013, 4, 30)) == [None, None]
    before = everything(store)
    assert actuals(store, card, write, "1,0,2013-06-01", "1,1,2013-05-01").labels_ignored == 2
    assert everything(store) == before


def test_a_dated_label_corrects_one_that_was_dated_by_its_arrival(
    store: Store, make_card: MakeCard, write: Write
) -> None:
    card = make_card()
    rows = [row.removesuffix(",") for row in ("1,2013-04-01,0.5,1,3,AA,", "2,2013-04-02,0.5,1,3,AA,")]
    predictions(store, card, write, *rows, header=HEADER.removesuffix(",known"))
    done = actuals(store, card, write, "1,0,2013-06-01", header="id,late,known_at")
    assert (done.labels_added, done.corrected) == (1, 1)
    assert known(store, card) == [0.0, 1.0]
    again = predictions(store, card, write, *rows, header=HEADER.removesuffix(",known"))
    assert (again.rows_ignored, again.labels_added, again.labels_ignored) == (2, 0, 2)
    assert actuals(store, card, write, "1,1,2013-05-01", header="id,late,known_at").labels_ignored == 1
    assert known(store, card) == [0.0, 1.0]


def test_correct_actuals_needs_no_instant_and_tells_why(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, "1,2013-04-01,0.5,1,3,AA,2013-05-01", "2,2013-04-02,0.5,,3,AA,")
    before = stored(now())
    done = corrected(store, card, write, "1,0,", "2,1,")
    assert (done.labels_added, done.corrected) == (2, 1)
    assert known(store, card) == [0.0, 1.0]
    assert known(store, card, before) == [1.0, None]
    with store.cursor() as cursor:
        [entry] = read_entries(cursor, last=True)
    assert (entry.action, entry.actor) == ("correct_actuals", "tester")
    assert json.loads(entry.before) == {"flights": {"actuals": {"1": 1.0}}}
    after = json.loads(entry.after)["flights"]
    assert (after["reason"], after["actuals"], after["labels_corrected"]) == ("chargeback withdrawn", {"1": 0.0}, 1)
    assert corrected(store, card, write, "1,0,").labels_added == 0
    assert corrected(store, card, write, "1,1,").corrected == 1
    assert known(store, card) == [1.0, 1.0]


def test_a_correction_that_is_only_tried_writes_nothing(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, "1,2013-04-01,0.5,1,3,AA,2013-05-01", "2,2013-04-02,0.5,,3,AA,")
    before, path = everything(store), write("c.csv", "id,late,known\n1,0,\n2,1,\n")
    done = correct_actuals(store, card, [path], "tester", Reason("chargeback withdrawn", is_trial=True))
    assert (done.labels_added, done.corrected) == (2, 1)
    assert everything(store) == before
    assert known(store, card) == [1.0, None]


def test_what_is_no_correction_is_refused_with_its_row(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, *(f"{n},2013-04-0{n},0.5,1,3,AA,2013-05-01" for n in (1, 2, 3)))
    before = everything(store)
    with pytest.raises(InputRefusedError) as caught:
        actuals(store, card, write, "1,0,2013-05-01", "2,0,", "9,0,2013-07-01", "9,1,2013-07-01")
    assert [line.split("; ")[0] for line in told(caught.value)] == [
        "l.csv:2:late: received 0 for prediction '1', whose actual in the log is 1, known at the same instant",
        "l.csv:3:late: received 0 for prediction '2', whose actual in the log is 1",
        "l.csv:5:late: received 1 for prediction '9', whose actual earlier in the same file is 0",
    ]
    with pytest.raises(InputRefusedError, match="whose actual in the log is 1, known as late or later"):
        corrected(store, card, write, "3,0,2013-04-20")
    assert everything(store) == before


def test_a_history_in_one_file_is_kept_whole(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, "1,2013-04-01,0.5,,3,AA,")
    done = actuals(store, card, write, "1,1,2013-08-01", "1,0,2013-06-01", "1,0,2013-07-01", "1,1,2013-05-01")
    assert (done.labels_added, done.corrected, done.labels_ignored) == (3, 2, 1)
    assert [known(store, card, datetime(2013, month, 2))[0] for month in (4, 5, 6, 7, 8)] == [None, 1.0, 0.0, 0.0, 1.0]


def test_a_correction_may_come_before_its_prediction(store: Store, card: ModelCard, write: Write) -> None:
    actuals(store, card, write, "1,1,2013-05-01")
    assert actuals(store, card, write, "1,0,2013-06-01").corrected == 1
    [pending] = list_pending_labels(store, "flights")["flights"][:1]
    assert (pending.labels, pending.examples) == (1, ("1",))
    predictions(store, card, write, "1,2013-04-01,0.5,1,3,AA,2013-05-01")
    assert known(store, card) == [0.0]
    assert known(store, card, datetime(2013, 5, 2)) == [1.0]
    assert list_pending_labels(store, "flights") == {}


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_what_was_known_when_is_what_the_instants_say(store: Store, card: ModelCard, write: Write, seed: int) -> None:
    """Dated labels in several files, rows in any order, before and after their predictions."""
    rng = random.Random(seed)
    start = datetime(2013, 1, 1)
    ids = range(60)
    history = {n: sorted(rng.sample(range(1, 300), rng.randint(0, 4))) for n in ids}
    labels = [(n, rng.randint(0, 1), start + timedelta(days=day)) for n in ids for day in history[n]]
    parts = [[label for label in labels if (label[2] - start).days // 100 == part] for part in range(3)]
    for part in parts:
        rng.shuffle(part)
    rows = [f"{n},{start + timedelta(hours=n)},0.5,,3,AA," for n in ids]
    for place, part in enumerate([*parts, None]):
        if place == seed:
            predictions(store, card, write, *rows)
        if part:
            actuals(store, card, write, *(f"{n},{value},{at}" for n, value, at in part))
    for day in (0, 100, 200, 300):
        until = start + timedelta(days=day)
        expected: list[float | None] = []
        for n in ids:
            told_by_then = sorted((at, value) for m, value, at in labels if m == n and at <= until)
            expected.append(float(told_by_then[-1][1]) if told_by_then else None)
        assert known(store, card, until) == expected


def test_a_label_stands_in_files_from_before_with_its_instant_alone(
    store: Store, card: ModelCard, write: Write, tmp_path: Path
) -> None:
    """Files that do not say whether a label was dated: its arrival dated what was known just before the file was."""
    predictions(store, card, write, "1,2013-04-01,0.5,1,3,AA,2013-05-01", "2,2013-04-02,0.5,1,3,AA,")
    [file] = list_log_files(store, "flights")
    path, older = file_path(store, file), tmp_path / "older.parquet"
    duckdb.sql(f"COPY (SELECT * EXCLUDE (_stated) FROM '{path}') TO '{older}'")
    path.write_bytes(older.read_bytes())
    with store.cursor() as cursor:
        cursor.execute("UPDATE log_files SET sha256 = ?", [sha256_of(path)])
    assert actuals(store, card, write, "2,0,2013-06-01").corrected == 1
    assert actuals(store, card, write, "1,0,2013-04-20").corrected == 0
    assert known(store, card) == [1.0, 0.0]
    assert known(store, card, datetime(2013, 4, 30)) == [0.0, None]
    assert datetime.now(UTC) > file.recorded_at
