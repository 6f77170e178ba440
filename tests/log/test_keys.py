"""What tells one prediction from another: the id, the id and the version, the id and the instant."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from dashboard.errors import InputRefusedError
from dashboard.profiles.engine import Engine
from dashboard.profiles.update import read_log
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store
from dashboard.store.log.files import PREDICTIONS, list_log_files
from dashboard.store.log.pending import list_pending_labels
from tests.log.conftest import MakeCard, Write, told
from tests.log.test_corrections import actuals, known, predictions

HEADER = "id,at,score,late,hour,carrier,model_version"
CHAMPION = ("1,2013-04-01,0.5,,3,AA,1", "2,2013-04-30T23:59:00Z,0.5,,3,AA,1")
CHALLENGER = ("1,2013-04-01,0.25,,3,AA,2", "2,2013-05-01T00:01:00Z,0.75,,3,AA,2")


@pytest.fixture
def card(make_card: MakeCard) -> ModelCard:
    return make_card(versions=("1", "2"))


def both(store: Store, card: ModelCard) -> tuple[list[float | None], list[float | None]]:
    return known(store, card, version="1"), known(store, card, version="2")


def test_two_versions_may_score_a_case_and_its_labels_go_to_both(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, *CHAMPION, header=HEADER)
    done = predictions(store, card, write, *CHALLENGER, header=HEADER)
    assert (done.rows_added, done.rows_ignored) == (2, 0)
    assert [(file.version, bool(file.shared)) for file in list_log_files(store, "flights", PREDICTIONS)] == [
        ("1", False), ("2", True), ("2", True),
    ]  # fmt: skip
    done = actuals(store, card, write, "1,1", "2,0", header="id,late")
    assert (done.labels_added, done.pending) == (2, 0)
    assert both(store, card) == ([1.0, 0.0], [1.0, 0.0])
    assert predictions(store, card, write, *CHALLENGER, header=HEADER).rows_ignored == 2


@pytest.mark.parametrize("at_once", [False, True])
def test_a_label_in_a_row_goes_to_the_other_version_too(
    store: Store, card: ModelCard, write: Write, at_once: bool
) -> None:
    labelled = tuple(row.replace(",,", ",1,") for row in CHAMPION)
    if at_once:
        assert predictions(store, card, write, *CHALLENGER, *labelled, header=HEADER).labels_added == 2
    else:
        predictions(store, card, write, *labelled, header=HEADER)
        predictions(store, card, write, *CHALLENGER, header=HEADER)
    assert both(store, card) == ([1.0, 1.0], [1.0, 1.0])
    actuals(store, card, write, "2,0,2013-06-01", header="id,late,known_at")
    assert both(store, card) == ([1.0, 0.0], [1.0, 0.0])


def test_a_label_before_either_version(store: Store, card: ModelCard, write: Write) -> None:
    assert actuals(store, card, write, "1,1", "2,0", "3,1", header="id,late").pending == 3
    predictions(store, card, write, *CHAMPION, header=HEADER)
    predictions(store, card, write, *CHALLENGER, header=HEADER)
    assert both(store, card) == ([1.0, 0.0], [1.0, 0.0])
    [left] = list_pending_labels(store, "flights")["flights"]
    assert (left.labels, left.examples, left.source_name) == (1, ("3",), "l.csv")


def test_two_versions_that_do_not_agree_on_a_label_are_refused(store: Store, card: ModelCard, write: Write) -> None:
    rows = (CHAMPION[0].replace(",,", ",1,"), CHALLENGER[0].replace(",,", ",0,"))
    with pytest.raises(InputRefusedError) as caught:
        predictions(store, card, write, *rows, header=HEADER)
    assert told(caught.value)[0].startswith(
        "p.csv:3:late: received 0 for prediction '1', whose actual earlier in the same file is 1"
    )


def test_by_the_id_alone_another_version_is_refused(store: Store, make_card: MakeCard, write: Write) -> None:
    card = make_card(versions=("1", "2"), key="id")
    predictions(store, card, write, *CHAMPION, header=HEADER)
    with pytest.raises(
        InputRefusedError, match="p.csv:2:model_version: received '2' for prediction '1', which in the "
    ):
        predictions(store, card, write, CHALLENGER[0], header=HEADER)


def test_other_content_of_one_version_is_refused_beside_another(store: Store, card: ModelCard, write: Write) -> None:
    predictions(store, card, write, *CHAMPION, header=HEADER)
    predictions(store, card, write, *CHALLENGER, header=HEADER)
    with pytest.raises(InputRefusedError) as caught:
        predictions(store, card, write, *CHAMPION, "1,2013-04-01,0.3,,3,AA,2", header=HEADER)
    [line] = told(caught.value)
    assert line.startswith("p.csv:4:score: received 0.3 for prediction '1', which in the log has 0.25")


MONTHLY = ("7,2013-04-01,0.5,,3,AA", "7,2013-05-01,0.6,,3,AA", "7,2013-06-01,0.7,,3,AA", "8,2013-05-01,0.6,,3,AA")
BARE = "id,at,score,late,hour,carrier"


def test_a_customer_scored_every_month_has_a_label_for_each(store: Store, make_card: MakeCard, write: Write) -> None:
    card = make_card(key="id+instant")
    assert predictions(store, card, write, *MONTHLY, header=BARE).rows_added == 4
    assert predictions(store, card, write, *MONTHLY, header=BARE).rows_ignored == 4
    done = actuals(store, card, write, "7,2013-04-01,1", "7,2013-05-01,0", header="id,at,late")
    assert (done.labels_added, done.corrected, done.pending) == (2, 0, 0)
    # By instant of prediction, then label: 7 in April, 7 and 8 in May, 7 in June.
    assert _monthly(store, card) == {"2013-04-01": [1.0], "2013-05-01": [0.0, None], "2013-06-01": [None]}
    with pytest.raises(InputRefusedError, match="p.csv:2:score: received 0.9 for prediction '7', which in the log has"):
        predictions(store, card, write, "7,2013-06-01,0.9,,3,AA", header=BARE)


def test_a_label_without_instant_is_about_the_latest_prediction_by_then(
    store: Store, make_card: MakeCard, write: Write
) -> None:
    card = make_card(key="id+instant", known_at="known")
    early = ("7,2013-05-20,1", "7,2013-06-20,1", "8,2013-04-20,0")
    assert actuals(store, card, write, *early, header="id,known,late").pending == 3
    predictions(store, card, write, *MONTHLY, header=BARE)
    assert _monthly(store, card) == {"2013-04-01": [None], "2013-05-01": [1.0, None], "2013-06-01": [1.0]}
    [left] = list_pending_labels(store, "flights")["flights"]
    assert (left.labels, left.examples) == (1, ("8",))
    assert actuals(store, card, write, *early, header="id,known,late").labels_ignored == 3
    done = actuals(store, card, write, "7,2013-05-25,0", "7,2013-04-05,1", header="id,known,late")
    assert (done.labels_added, done.corrected) == (2, 1)
    assert _monthly(store, card) == {"2013-04-01": [1.0], "2013-05-01": [0.0, None], "2013-06-01": [1.0]}


def test_a_label_that_names_its_instant_waits_for_that_prediction(
    store: Store, make_card: MakeCard, write: Write
) -> None:
    card = make_card(key="id+instant")
    assert actuals(store, card, write, "7,2013-06-01,1", header="id,at,late").pending == 1
    predictions(store, card, write, *MONTHLY[:2], header=BARE)
    assert len(list_pending_labels(store, "flights")["flights"]) == 1
    predictions(store, card, write, *MONTHLY[2:], header=BARE)
    assert list_pending_labels(store, "flights") == {}
    assert _monthly(store, card) == {"2013-04-01": [None], "2013-05-01": [None, None], "2013-06-01": [1.0]}


def _monthly(store: Store, card: ModelCard) -> dict[str, list[float | None]]:
    log = read_log(store, card)
    engine = Engine(log.home / "log")
    try:
        batches = list(engine.batches(log.sources(datetime(2199, 1, 1)), []))
    finally:
        engine.close()
    found: dict[str, list[float | None]] = {}
    for batch in batches:
        for at, label in zip(batch.column("_at").to_pylist(), batch.column("_actual").to_pylist(), strict=True):
            day = f"{datetime(1970, 1, 1) + timedelta(microseconds=at):%Y-%m-%d}"
            found.setdefault(day, []).append(label)
    return {day: sorted(labels, key=lambda label: (label is None, label)) for day, labels in sorted(found.items())}
