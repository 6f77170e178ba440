"""The server reads each source when it is due, one after the other, and begins anew after a start."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

from dashboard.api import pulling
from dashboard.api.pulling import Puller
from dashboard.schema.config.sources import load_sources
from dashboard.store.engine.clock import now
from tests.sources.conftest import Place, scored


def of_files(place: Place, name: str, every: str) -> dict[str, object]:
    return {"name": name, "kind": "files", "path": f"{place.folder}/{name}*.csv", "gives": "predictions"} | {
        "model": "claims", "every": every,
    }  # fmt: skip


def test_what_has_waited_longest_is_due_first_and_what_was_read_is_not(place: Place, monkeypatch):
    place.name_sources(of_files(place, "hourly", "1h"), of_files(place, "daily", "1d"))
    puller, known, begun = Puller(place.store), load_sources(place.store.home), now()
    assert puller.due(known) == ["daily", "hourly"]
    for name in known:
        puller._pull(name)
    assert puller.due(known) == []
    monkeypatch.setattr(pulling, "now", lambda: begun + timedelta(hours=2))
    assert puller.due(known) == ["hourly"]
    monkeypatch.setattr(pulling, "now", lambda: begun + timedelta(days=2))
    assert set(puller.due(known)) == {"daily", "hourly"}


def test_the_thread_reads_what_comes_and_ends_with_the_store(place: Place):
    place.name_sources(of_files(place, "fast", "10s"))
    scored(0, 10).to_csv(place.folder / "fast-1.csv", index=False)
    puller = Puller(place.store, look=0.05)
    puller.start()
    until = time.monotonic() + 120
    while place.logged() < 10 and time.monotonic() < until:
        time.sleep(0.05)
    assert place.logged() == 10
    puller.stop()
    assert all(thread.name != "sources" for thread in threading.enumerate())


def test_a_broken_file_of_settings_stops_nothing(place: Place):
    place.file.write_text("sources: 7\n", "utf-8")
    puller = Puller(place.store, look=0.02)
    puller.start()
    time.sleep(0.2)
    place.name_sources(of_files(place, "fast", "10s"))
    scored(0, 10).to_csv(place.folder / "fast-1.csv", index=False)
    until = time.monotonic() + 120
    while place.logged() < 10 and time.monotonic() < until:
        time.sleep(0.05)
    puller.stop()
    assert place.logged() == 10


def test_a_paused_source_is_left_alone(place: Place):
    place.name_sources(of_files(place, "fast", "10s"))
    scored(0, 10).to_csv(place.folder / "fast-1.csv", index=False)
    place.act("pause_source", source="fast")
    Puller(place.store)._pull("fast")
    assert place.logged() == 0
