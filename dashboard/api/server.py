"""The life of the one process: it takes the store, tells the command line where it is, and lets go at the end."""

from __future__ import annotations

import gc
import json
import logging
import os
import signal
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager, suppress
from pathlib import Path
from types import FrameType

import anyio.to_thread

from dashboard.access.exposure import SETTING, exposure_of
from dashboard.actions.registry import ACTIONS
from dashboard.actions.retraining_calls import resume_interrupted
from dashboard.api.logs import start_server_logging
from dashboard.api.pulling import Puller
from dashboard.api.service import Service
from dashboard.api.warming import load_explaining, load_judging, load_pages, load_portfolio
from dashboard.connectors.outgoing.leaving import begin_calls
from dashboard.errors import DashboardError
from dashboard.governance.judgements.worker import Worker, worker_of
from dashboard.machine import machine_faults
from dashboard.store.audit.adoption import adopt_figures
from dashboard.store.engine.database import Store
from dashboard.store.engine.shared_stores import release_store, serve_store
from dashboard.store.log.reading_process import end_reading
from dashboard.views.registry import VIEWS

SERVER_FILE = "server.json"
# Seconds after which the server is taken as it is.
SETTLING = 60
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, never bound to
LOG = logging.getLogger("dashboard.server")


def lifespan(service: Service, host: str, port: int) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """What Streamlit's application does at start and end. `host` and `port` are where the server listens.

    Raises StoreInUseError with the PID when another process holds the home, InputRefusedError for an open address.
    """

    @asynccontextmanager
    async def live(_: object) -> AsyncIterator[None]:
        start_server_logging()
        await _started(service, host, port)
        with _leaving_on_signals(service):
            try:
                yield
            finally:
                service.leave()
                await anyio.to_thread.run_sync(_end, service)

    return live


async def _started(service: Service, host: str, port: int) -> None:
    """Start; a program that is all server ends where it cannot, with the reason in words and its exit code."""
    try:
        with machine_faults(f"home {service.home} cannot be served"):
            await anyio.to_thread.run_sync(_start, service, host, port)
    except DashboardError as fault:
        if threading.current_thread() is not threading.main_thread():
            raise
        # What runs the application would tell of it by a traceback, and by an exit code of its own.
        sys.stderr.write(f"{fault}\n")
        sys.stderr.flush()
        os._exit(fault.exit_code)


@contextmanager
def _leaving_on_signals(service: Service) -> Iterator[None]:
    """Begin to leave as soon as a signal comes: the server waits for answers before it ends, and some take minutes."""
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}

    def leave(number: int, frame: FrameType | None) -> None:
        service.leave()
        handler = before[signal.Signals(number)]
        if callable(handler):
            handler(number, frame)

    # Only the main thread of a process may listen to signals; tests run servers in others.
    mine = threading.current_thread() is threading.main_thread()
    for number in before if mine else ():
        signal.signal(number, leave)
    try:
        yield
    finally:
        for number, handler in before.items() if mine else ():
            signal.signal(number, handler)


def _start(service: Service, host: str, port: int) -> None:
    exposure = exposure_of(host)
    begin_calls()
    store = serve_store(service.home, _begin_working)
    adopt_figures(store)
    # With the first transaction it is known how many rows there are, by which readers know what they keep to be new.
    with store.writing():
        pass
    if exposure.reading_only:
        LOG.warning("%s=1: everybody who reaches %s:%s may read every page", SETTING, host, port)
    # What pages and routes need is imported before anybody asks.
    ACTIONS.all()
    VIEWS.all()
    server_entry = {"pid": os.getpid(), "host": ANYWHERE.get(host, host), "port": port, "secret": service.access.secret}
    _write_private(store.home / SERVER_FILE, json.dumps(server_entry))
    service.ready = True
    threading.Thread(target=_settle, args=(store,), name="settling", daemon=True).start()
    threading.Thread(target=_resume, args=(store,), name="resuming", daemon=True).start()


def _resume(store: Store) -> None:
    """Look after calls for trainings that the end of a program interrupted."""
    with suppress(DashboardError):
        resume_interrupted(store)


def _begin_working(store: Store) -> None:
    """Begin what goes on beside the pages for as long as the store is open: judging, and reading sources."""
    Worker(store).start()
    Puller(store).start()


def _settle(store: Store) -> None:
    """Load what pages need, and set aside what is there once everything was judged: no collection walks through it."""
    load_pages()
    load_judging()
    if (worker := worker_of(store)) is not None:
        worker.caught_up(SETTLING)
    # A server that ends at once has no readers.
    with suppress(DashboardError):
        load_portfolio(store)
    gc.collect()
    gc.freeze()
    with suppress(DashboardError):
        load_explaining(store)


def _end(service: Service) -> None:
    (service.home / SERVER_FILE).unlink(missing_ok=True)
    end_reading(service.home)
    release_store(service.home)


def _write_private(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as sink:
        sink.write(text)
    beside.replace(path)
