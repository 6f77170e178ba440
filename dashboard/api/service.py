"""What the handlers share: the store of the home, who may call, limits, counts, and threads for all blocking work."""

from __future__ import annotations

import asyncio
import functools
import json
import os
import re
from collections import Counter
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import anyio
import anyio.to_thread
from anyio import CapacityLimiter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.access.principal import Principal
from dashboard.actions.jobs import Job, UnderWayError, run_long, start_long, task_of
from dashboard.actions.registry import Action, Done, Payload, do_action, silent
from dashboard.api.access import Access, Credentials, RefusedError
from dashboard.connectors.outgoing.leaving import end_calls
from dashboard.errors import (
    SHOWN_PROBLEMS,
    DashboardError,
    ForbiddenError,
    InputRefusedError,
    MachineError,
    NotFoundError,
    Problem,
    StoreInUseError,
    StoreReopeningError,
)
from dashboard.explanations.sandbox.warm import end_warm_worker
from dashboard.profiles.subprocess_counter import CountingStoppedError, end_counting
from dashboard.store.engine.database import Store
from dashboard.store.engine.shared_stores import held_store
from dashboard.store.engine.writer import WriterBusyError

Result = TypeVar("Result")
AT_ONCE = 8
LONG_AT_ONCE = 4
WAITING = 64
MEGABYTE = 1_048_576
DEFAULT_UPLOAD = 1024
# Files that are read while others wait.
QUICK_BYTES = 256 * 1024
# What follows on the path of the home in a message.
INSIDE = r"(?:/[^/\s;:,'\")]+)*?(?:/(?P<last>[^/\s;:,'\")]+))?(?![^\s;:,'\")])"
STATUSES: dict[type[DashboardError], int] = {
    InputRefusedError: 422,
    UnderWayError: 409,
    ForbiddenError: 403,
    NotFoundError: 404,
    WriterBusyError: 429,
    CountingStoppedError: 503,
    StoreReopeningError: 503,
    StoreInUseError: 503,
    MachineError: 503,
}
NO_SPACE = 507


class Service:
    """One running API on one home."""

    def __init__(self, home: Path) -> None:
        """Read the limits from the environment; the store is opened at the first use."""
        self.home = home.resolve()
        self.access = Access()
        self.requests: Counter[tuple[str, str, int]] = Counter()
        self.ready = False
        self.leaving = False
        self.upload_limit = int(os.environ.get("DASHBOARD_MAX_UPLOAD_MB") or DEFAULT_UPLOAD) * MEGABYTE
        self._limiter: CapacityLimiter | None = None
        self._long_limiter: CapacityLimiter | None = None
        self._waiting = 0

    @property
    def store(self) -> Store:
        """The store that pages and API share."""
        return held_store(self.home)

    def leave(self) -> None:
        """Answer 503 from now on and end what would take long."""
        self.ready = False
        self.leaving = True
        end_counting()
        end_warm_worker()
        end_calls()

    async def in_thread(self, work: Callable[..., Result], *values: Any) -> Result:
        """Do blocking work outside the event loop; raises RefusedError (429) when too much is waiting."""
        if self._limiter is None:
            self._limiter = CapacityLimiter(AT_ONCE)
        if self._waiting >= WAITING:
            raise RefusedError(429, f"received more than {WAITING} calls at once; try again in a second")
        self._waiting += 1
        try:
            return await anyio.to_thread.run_sync(functools.partial(work, *values), limiter=self._limiter)
        finally:
            self._waiting -= 1

    async def act(self, action: Action, payload: Payload, principal: Principal, key: str | None) -> Done:
        """Do an action: a quick one with what others do at the same time, a long one in a thread of its own."""
        if action.long:
            task = task_of(action.name, payload, principal)
            return await self.long(run_long, self.store, task, payload, key)
        work = functools.partial(do_action, self.store, action.name, payload, principal, silent, key)
        if _size(payload) > QUICK_BYTES:
            return await self.in_thread(work)
        future = self.store.writer.submit(work)
        # What waits in the queue needs its files until it is done, whether or not somebody still listens.
        with anyio.CancelScope(shield=True):
            done = await asyncio.wrap_future(future)
        return done

    async def start(self, action: Action, payload: Payload, principal: Principal, key: str | None) -> Job:
        """Begin a long action; raises UnderWayError when it is under way already."""
        return await self.in_thread(start_long, self.store, task_of(action.name, payload, principal), payload, key)

    async def long(self, work: Callable[..., Result], *values: Any) -> Result:
        """Work of minutes, which does not take a thread from what takes milliseconds."""
        if self._long_limiter is None:
            self._long_limiter = CapacityLimiter(LONG_AT_ONCE)
        if self._long_limiter.borrowed_tokens + self._long_limiter.statistics().tasks_waiting >= WAITING:
            raise RefusedError(429, f"received more than {WAITING} long calls at once; try again in a minute")
        return await anyio.to_thread.run_sync(functools.partial(work, *values), limiter=self._long_limiter)

    async def principal(self, request: Request) -> Principal:
        """Who calls; raises RefusedError."""
        headers = request.headers
        address = request.client.host if request.client else ""
        authorization, actor, person = (headers.get(name, "") for name in ("authorization", "x-actor", "x-person"))
        credentials = Credentials(authorization, actor, person, address)
        return await self.in_thread(self.access.principal, self.store, credentials)


def _size(payload: Payload) -> int:
    files: tuple[Path, ...] = getattr(payload, "files", ())
    return sum(path.stat().st_size for path in files)


Names = Mapping[str, tuple[int, str]]


def refusal(fault: Exception, home: Path | None, names: Names | None = None) -> Response:
    """An error as JSON with its status, without a path of the server.

    `names` tells the staged files' positions and clean names. What lies in `home` is named without where that is; None
    leaves paths as they are.
    """
    if isinstance(fault, RefusedError):
        headers = {"Retry-After": "60" if "minute" in str(fault) else "1"} if fault.status == 429 else {}
        headers |= {"WWW-Authenticate": "Bearer"} if fault.status == 401 else {}
        return JSONResponse({"error": str(fault)}, fault.status, headers=headers)
    assert isinstance(fault, DashboardError)
    value: dict[str, Any] = {"error": _without_paths(str(fault), home, names or {}), "exit_code": fault.exit_code}
    if isinstance(fault, InputRefusedError):
        problems = [_problem(problem, home, names or {}) for problem in fault.problems[:SHOWN_PROBLEMS]]
        value = {"error": "input refused", "exit_code": 2, "total": fault.total, "problems": problems}
    status = next((status for kind, status in STATUSES.items() if isinstance(fault, kind)), 500)
    status = NO_SPACE if isinstance(fault, MachineError) and fault.full else status
    headers = {"Retry-After": "1"} if status in (429, 503) else {}
    return Response(json.dumps(value, ensure_ascii=False), status, headers, media_type="application/json")


def _problem(problem: Problem, home: Path | None, names: Names) -> dict[str, Any]:
    position, file = names.get(problem.file or "", (None, _without_paths(problem.file or "", home, names) or None))
    message = _without_paths(problem.message, home, names)
    entry: dict[str, Any] = {"file": file, "row": problem.row, "field": problem.field, "message": message}
    entry |= {"alike": problem.alike} if problem.alike else {}
    return entry if position is None else {**entry, "upload": position}


def _without_paths(text: str, home: Path | None, names: Names) -> str:
    """The text with staged files by their clean names, and other places of the home by their last part."""
    for path, (_, name) in names.items():
        text = text.replace(path, name)
    if home is None:
        return text
    return re.sub(re.escape(str(home)) + INSIDE, lambda found: found["last"] or "the home", text)
