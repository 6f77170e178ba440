"""The life of the one process: it takes the store, tells the command line where it is, and lets go at the end."""

from __future__ import annotations

import json
import logging
import os
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from pathlib import Path

import anyio.to_thread

from dashboard.access.principal import operator
from dashboard.actions.registry import ACTIONS
from dashboard.api.exposure import SETTING, check_exposure, everybody_allowed, is_loopback
from dashboard.api.logs import start_server_logging
from dashboard.api.service import Service
from dashboard.api.uploads import sweep
from dashboard.store.held import held_store, release_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view

SERVER_FILE = "server.json"
ANYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 - compared with, never bound to
LOG = logging.getLogger("dashboard.server")


def lifespan(service: Service, host: str, port: int) -> Callable[[object], AbstractAsyncContextManager[None]]:
    """What Streamlit's application does at start and end. `host` and `port` are where the server listens.

    Raises StoreInUseError with the PID when another process holds the home, InputRefusedError for an open address.
    """

    @asynccontextmanager
    async def live(_: object) -> AsyncIterator[None]:
        start_server_logging()
        await anyio.to_thread.run_sync(_start, service, host, port)
        try:
            yield
        finally:
            service.ready = False
            await anyio.to_thread.run_sync(_end, service)

    return live


def _start(service: Service, host: str, port: int) -> None:
    check_exposure(host)
    store = held_store(service.home)
    if everybody_allowed() and not is_loopback(host):
        LOG.warning("%s=1: every page is open to everybody who reaches %s:%s", SETTING, host, port)
    sweep(store.home)
    # The first question imports what the pages need; whoever asks first should not wait for it.
    ACTIONS.all()
    run_view(store, "models", Query(), operator("start"))
    told = {"pid": os.getpid(), "host": ANYWHERE.get(host, host), "port": port, "secret": service.access.secret}
    _write_private(store.home / SERVER_FILE, json.dumps(told))
    service.ready = True


def _end(service: Service) -> None:
    (service.home / SERVER_FILE).unlink(missing_ok=True)
    release_store(service.home)


def _write_private(path: Path, text: str) -> None:
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    with os.fdopen(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as sink:
        sink.write(text)
    beside.replace(path)
