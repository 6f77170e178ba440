"""What readers had explained is kept: written later, in nobody's way, and shown by the next process."""

import json
import threading
import time

import pytest

from dashboard.access.principal import Principal
from dashboard.errors import MachineError
from dashboard.explanations.cases import explaining, keeping
from dashboard.explanations.cases.explaining import explain_prediction
from dashboard.store.audit.chain import list_entries
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.explanations.material import known

# May look at cases, and do nothing.
READER = Principal("reader", roles=frozenset({"domain_expert"}), models=frozenset({"lateness"}))


@pytest.fixture(autouse=True)
def warm(worker, monkeypatch):
    monkeypatch.setattr("dashboard.explanations.cases.explaining.warm_worker", lambda: worker)


def asked(store, prediction):
    return run_view(store, "explain", Query(model="lateness", prediction=prediction), READER)


def rows_of(store):
    with store.cursor() as cursor:
        return cursor.execute("SELECT prediction_id FROM explanations ORDER BY 1").fetchall()


def test_the_next_process_shows_what_a_reader_had_explained(boosting, tmp_path, monkeypatch):
    first = open_store(tmp_path / "home")
    described = known(first, boosting, tmp_path)
    shown = asked(first, "p7")
    asked(first, "p8")
    records = len(list_entries(first))
    assert asked(first, "p7").equals(shown)
    assert (rows_of(first), len(list_entries(first))) == ([], records)
    first.close()
    explaining._remembered.clear()
    monkeypatch.setattr("dashboard.explanations.cases.explaining.warm_worker", None)
    second = open_store(tmp_path / "home")
    assert asked(second, "p7").equals(shown)
    assert explain_prediction(second, described, "p8").method == "shap"
    last = list_entries(second)[-1]
    assert (last.action, last.actor, json.loads(last.after)) == ("explain", "system", {"lateness": {"explained": 2}})
    second.close()
    assert len(list_entries(reopened := open_store(tmp_path / "home"))) == records + 1
    reopened.close()
    assert verify_home(tmp_path / "home").faults == []


def test_a_reader_of_a_server_waits_for_no_write(store, boosting, tmp_path, monkeypatch):
    known(store, boosting, tmp_path)
    monkeypatch.setattr(keeping, "SECONDS", 0.01)
    store.writer.start()
    found = []
    reading = threading.Thread(target=lambda: found.append(asked(store, "p7")))
    with store.writer.lock:
        reading.start()
        reading.join(60)
        assert len(found) == 1
        assert rows_of(store) == []
    until = time.monotonic() + 60
    while not rows_of(store) and time.monotonic() < until:
        time.sleep(0.01)
    assert rows_of(store) == [("p7",)]


def test_what_cannot_be_written_keeps_no_store_from_closing(boosting, tmp_path, monkeypatch, caplog):
    opened = open_store(tmp_path / "home")
    known(opened, boosting, tmp_path)
    asked(opened, "p7")

    def full(*_):
        raise MachineError("no space left")

    monkeypatch.setattr(keeping, "append_explanations", full)
    opened.close()
    assert "explanations were not kept" in caplog.text
    again = open_store(tmp_path / "home")
    assert rows_of(again) == []
    again.close()
