"""Files that are withdrawn count no more from then on, may be sent again, and may be brought back."""

from __future__ import annotations

import json

import pytest

from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext, read_entries
from dashboard.store.audit.verify import verify
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.log.deliveries import list_deliveries
from dashboard.store.log.files import list_all_log_files, list_log_files
from dashboard.store.log.ingest import ingest_actuals, ingest_predictions
from dashboard.store.log.pending import list_pending_labels
from dashboard.store.log.withdrawing import reinstate_files, withdraw_files
from tests.log.conftest import MakeCard, Write, told
from tests.log.test_corrections import known

HEADER = "id,at,score,late,hour,carrier"
RIGHT = f"{HEADER}\n1,2013-04-01,0.5,1,3,AA\n2,2013-05-02,0.5,,3,AA\n"
WRONG = f"{HEADER}\n3,2013-04-03,0.5,1,3,AA\n4,2013-05-04,0.5,,3,AA\n"


@pytest.fixture
def card(make_card: MakeCard) -> ModelCard:
    return make_card()


def withdraw(store: Store, card: ModelCard, *words: str) -> list[str | None]:
    done = withdraw_files(store, card, words, "wrong model", AuditContext("withdraw_file", "tester"))
    return [one.name for one in done]


def reinstate(store: Store, card: ModelCard, *words: str) -> list[str | None]:
    done = reinstate_files(store, card, words, "it was right", AuditContext("reinstate_file", "tester"))
    return [one.name for one in done]


def test_one_file_of_a_call_is_withdrawn_and_the_other_stays(store: Store, card: ModelCard, write: Write) -> None:
    ingest_predictions(store, card, [write("right.csv", RIGHT), write("wrong.csv", WRONG)], "tester")
    assert [(one.name, one.predictions, one.labels) for one in list_deliveries(store, "flights")] == [
        ("right.csv", 2, 1),
        ("wrong.csv", 2, 1),
    ]
    before = now()
    assert withdraw(store, card, "wrong.csv") == ["wrong.csv"]
    assert {file.source_name for file in list_log_files(store, "flights")} == {"right.csv"}
    assert {file.source_name for file in list_log_files(store, "flights", as_of=before)} == {"right.csv", "wrong.csv"}
    assert len(list_all_log_files(store, "flights")) == 4
    assert known(store, card) == [1.0, None]
    with store.cursor() as cursor:
        [entry] = read_entries(cursor, last=True)
    assert (entry.action, entry.actor) == ("withdraw_file", "tester")
    after = json.loads(entry.after)["flights"]
    assert [(file["name"], file["predictions"], file["labels"]) for file in after.pop("files")] == [("wrong.csv", 2, 1)]
    assert after == {"withdrawn": True, "reason": "wrong model"}
    assert json.loads(entry.before)["flights"] == {"withdrawn": False}
    assert verify(store).faults == []


def test_withdrawn_rows_may_be_sent_again_with_other_content(store: Store, card: ModelCard, write: Write) -> None:
    ingest_predictions(store, card, [write("wrong.csv", WRONG)], "tester")
    withdraw(store, card, "wrong.csv")
    again = WRONG.replace("0.5,1", "0.75,0")
    assert ingest_predictions(store, card, [write("again.csv", again)], "tester").rows_added == 2
    assert known(store, card) == [0.0, None]
    with pytest.raises(InputRefusedError, match="2 of its predictions are in the log again, like '[34]'"):
        reinstate(store, card, "wrong.csv")
    withdraw(store, card, "again.csv")
    assert reinstate(store, card, "wrong.csv") == ["wrong.csv"]
    assert known(store, card) == [1.0, None]


def test_withdrawn_labels_leave_the_label_before(store: Store, card: ModelCard, write: Write) -> None:
    ingest_predictions(store, card, [write("right.csv", RIGHT)], "tester")
    ingest_actuals(store, card, [write("l.csv", "id,late,known_at\n1,0,2013-06-01\n2,0,2013-06-01\n")], "tester")
    assert known(store, card) == [0.0, 0.0]
    withdraw(store, card, "l.csv")
    assert known(store, card) == [1.0, None]
    assert ingest_actuals(store, card, [write("m.csv", "id,late\n2,1\n")], "tester").labels_added == 1
    assert known(store, card) == [1.0, 1.0]


def test_labels_whose_prediction_is_withdrawn_wait_again(store: Store, card: ModelCard, write: Write) -> None:
    ingest_predictions(store, card, [write("right.csv", RIGHT)], "tester")
    ingest_actuals(store, card, [write("l.csv", "id,late\n2,0\n")], "tester")
    assert list_pending_labels(store) == {}
    withdraw(store, card, "right.csv")
    [left] = list_pending_labels(store)["flights"]
    assert (left.labels, left.examples) == (1, ("2",))
    moved = RIGHT.replace("2013-05-02", "2013-07-02")
    ingest_predictions(store, card, [write("again.csv", moved)], "tester")
    assert list_pending_labels(store) == {}
    assert known(store, card) == [1.0, 0.0]


def test_labels_laid_down_for_another_version_go_with_the_file_that_brought_them(
    store: Store, make_card: MakeCard, write: Write
) -> None:
    card = make_card(versions=("1", "2"))
    rows = [f"{HEADER},model_version\n1,2013-0{month}-01,0.5,,3,AA,{month - 3}\n" for month in (4, 5)]
    ingest_predictions(store, card, [write("one.csv", rows[0])], "tester")
    ingest_actuals(store, card, [write("l.csv", "id,late\n1,1\n")], "tester")
    ingest_predictions(store, card, [write("two.csv", rows[1])], "tester")
    assert known(store, card) == [1.0, 1.0]
    assert [(one.name, one.predictions, one.labels) for one in list_deliveries(store, "flights")] == [
        ("one.csv", 1, 0),
        ("l.csv", 0, 1),
        ("two.csv", 1, 0),
    ]
    withdraw(store, card, "two.csv")
    withdraw(store, card, "l.csv")
    reinstate(store, card, "two.csv")
    assert known(store, card) == [None, None]


def test_what_names_no_file_or_several_is_refused(store: Store, card: ModelCard, write: Write) -> None:
    ingest_predictions(store, card, [write("a.csv", RIGHT)], "tester")
    ingest_predictions(store, card, [write("a.csv", WRONG)], "tester")
    first, second = list_deliveries(store, "flights")
    assert first.sha256 is not None
    for words, message in (
        (["b.csv"], "NAMES?: received 'b.csv'; no such file"),
        (["a.csv"], f"received 'a.csv', which names 2 files; give the call or SHA-256: {first.call}"),
        ([first.sha256[:4]], "no such file"),
    ):
        with pytest.raises(InputRefusedError) as caught:
            withdraw(store, card, *words)
        assert message.replace("NAMES?", "names") in told(caught.value)[0]
    assert withdraw(store, card, second.call, first.sha256[:12]) == ["a.csv", "a.csv"]
    with pytest.raises(InputRefusedError, match="which is withdrawn already; nothing to do"):
        withdraw(store, card, "a.csv")
    with pytest.raises(InputRefusedError, match="which names 2 files"):
        reinstate(store, card, "a.csv")
