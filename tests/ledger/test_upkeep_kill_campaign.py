"""200 kills -9 of migration, backup, rebuild, restore, ingest and of the server: `make campaign`.

After each the home opens, or says how to go on; `verify` is fine; nothing that was acknowledged is lost or doubled.
"""

from __future__ import annotations

import json
import random
import shutil
import signal
import threading
import time
import urllib.error
import urllib.request
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.database import open_store
from dashboard.store.tokens import SCOPES, create_token
from tests.acceptance.portfolio import claims
from tests.api.test_server import Server
from tests.ledger.killing import WORKS, Given, Nursery, Place, given_in, kills_of, opens, rows_of, whole

KILLS, KILLS_OF_SERVER = 34, 30
EVENT = {"kind": "usage", "model": "claims", "at": "2024-05-01T10:00:00Z", "consumer": "kills", "purpose": "p"}
# Of the kills of a server, every third one falls into its start.
STARTING = 3
# A machine that is busy takes long to start what reads rows.
PATIENCE_SECONDS = 120


@pytest.fixture(scope="module")
def given(tmp_path_factory: pytest.TempPathFactory) -> Given:
    return given_in(tmp_path_factory.mktemp("killed"))


@pytest.fixture(scope="module")
def nursery() -> Iterator[Nursery]:
    made = Nursery()
    yield made
    made.close()


@pytest.mark.campaign
@pytest.mark.parametrize("work", WORKS)
def test_many_kills_leave_a_home_that_goes_on(given: Given, nursery: Nursery, tmp_path: Path, work: str) -> None:
    kills = kills_of(given, nursery, work, tmp_path, KILLS)
    print(f"\n{work}: {kills.within} kills within the work, {kills.ended} ends before; {dict(kills.found)}")


class Writers:
    """Clients of a server that write all kinds of things until it is gone, and keep what they were told was done."""

    def __init__(self, server: Server, key: str, first: int) -> None:
        self.server, self.key = server, key
        self.events: set[int] = set()
        self.rows: set[str] = set()
        works = (self._send_events, self._send_events, self._send_rows, self._monitor)
        self._threads = [
            threading.Thread(target=work, args=(first + 10_000 * place,)) for place, work in enumerate(works)
        ]

    def run(self, seconds: float, *, first_rows: bool) -> None:
        """Kill the server after so many seconds, counted from the first rows that it took when `first_rows`."""
        for thread in self._threads:
            thread.start()
        ends = time.monotonic() + PATIENCE_SECONDS
        while first_rows and not self.rows and time.monotonic() < ends:
            time.sleep(0.01)
        time.sleep(seconds)
        self.server.end(signal.SIGKILL)
        for thread in self._threads:
            thread.join()

    def _post(self, path: str, body: bytes, **headers: str) -> bool:
        named = {"Authorization": f"Bearer {self.key}", **{n.replace("_", "-"): value for n, value in headers.items()}}
        request = urllib.request.Request(f"http://127.0.0.1:{self.server.port}/api/v1/actions/{path}", body, named)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return bool(answer.status == 200)
        except urllib.error.HTTPError:
            raise
        except OSError:
            return False

    def _send_events(self, first: int) -> None:
        for number in range(first, first + 10_000):
            body = json.dumps({**EVENT, "calls": number}).encode()
            if not self._post("ingest_events", body, Content_Type="application/x-ndjson", Idempotency_Key=f"k{number}"):
                return
            self.events.add(number)

    def _send_rows(self, first: int) -> None:
        frame = claims(number=20).frame
        for number in range(first, first + 10_000):
            ids = [f"r{number}-{place}" for place in range(len(frame))]
            body = frame.assign(id=ids).to_csv(index=False).encode()
            if not self._post("ingest_predictions?name=rows.csv&model=claims", body, Content_Type="text/csv"):
                return
            self.rows |= set(ids)

    def _monitor(self, _: int) -> None:
        while self._post("monitor", b"{}", Content_Type="application/json"):
            time.sleep(0.05)


@pytest.mark.campaign
def test_many_kills_of_a_server_lose_and_double_nothing(given: Given, nursery: Nursery, tmp_path: Path) -> None:
    place = Place(given, tmp_path / "home", tmp_path / "out")
    shutil.copytree(given.home, place.home)
    store = open_store(place.home)
    with store.writing(AuditContext("create_token", "test", after={"token w": 1})) as cursor:
        key = create_token(cursor, "w", SCOPES, "test")
    store.close()
    events: set[int] = set()
    rows: set[str] = set()
    for attempt in range(KILLS_OF_SERVER):
        chance = random.Random(attempt)
        if attempt % STARTING == 0:
            starting = Server(place.home, wait=False)
            time.sleep(chance.uniform(0.3, 4.0))
            starting.end(signal.SIGKILL)
        else:
            writers = Writers(Server(place.home), key, 100_000 * attempt)
            writers.run(chance.uniform(0.1, 3.0), first_rows=attempt % 2 == 0)
            events |= writers.events
            rows |= writers.rows
        opens(place)
        found = rows_of(place.home, "SELECT content FROM events WHERE contains(content, 'kills')")
        times = Counter(json.loads(str(content))["calls"] for (content,) in found)
        assert events <= times.keys()
        assert set(times.values()) <= {1}
        logged = rows_of(
            place.home, f"SELECT _id FROM read_parquet('{place.home}/log/claims/predictions/*/*/*.parquet')"
        )
        ids = Counter(str(one) for (one,) in logged)
        assert rows <= ids.keys()
        assert set(ids.values()) == {1}
    code, _ = nursery.run(["ingest", "predictions", "claims", str(given.rows), "--home", str(place.home)])
    assert code == 0
    whole(place)
    acknowledged = f"{len(events)} events and {len(rows)} rows acknowledged"
    print(f"\nserver: {KILLS_OF_SERVER} kills, {acknowledged}; none lost or doubled")
    assert events
    assert rows
