"""The routes of the API, made from the registries of views and actions."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.access.principal import Principal
from dashboard.access.rights import check_open, is_open
from dashboard.actions.jobs import JOBS
from dashboard.actions.refusals import refusals_noted
from dashboard.actions.registry import ACTIONS, REQUEST_KEY, Action, read_payload
from dashboard.api.access import RefusedError
from dashboard.api.job_answers import job_values
from dashboard.api.maintenance_routes import UpkeepRoutes
from dashboard.api.metrics import metrics_text
from dashboard.api.openapi import openapi_document
from dashboard.api.parameters import query_of_parameters
from dashboard.api.service import Service, refusal
from dashboard.api.uploads import Received, received
from dashboard.cli.printing import printed
from dashboard.errors import DashboardError, InputRefusedError, Problem, StoreReopeningError, shorten
from dashboard.machine import machine_error
from dashboard.views.registry import VIEWS, run_view

PREFIX = "/api/v1"
# What OpenLineage's clients send has an address of its own.
LINEAGE = "ingest_lineage"
LONGEST_JSON = 1_048_576
KEY = re.compile(r"[!-~]{1,200}")
Handler = Callable[[Request], Awaitable[Response]]


def routes(service: Service) -> list[Route]:
    """Every route of the API on one service."""
    handlers = _Handlers(service)
    return [
        Route("/healthz", handlers.health, methods=["GET"]),
        Route("/readyz", handlers.readiness, methods=["GET"]),
        Route("/metrics", _with_error_answers(handlers.metrics, service), methods=["GET"]),
        Route(f"{PREFIX}/openapi.json", _with_error_answers(handlers.document, service), methods=["GET"]),
        Route(f"{PREFIX}/views/{{name}}", _with_error_answers(handlers.view, service), methods=["GET"]),
        Route(f"{PREFIX}/jobs", _with_error_answers(handlers.jobs, service), methods=["GET"]),
        Route(
            f"{PREFIX}/upkeep/{{name}}",
            _with_error_answers(UpkeepRoutes(service).answer, service, with_paths=True),
            methods=["POST"],
        ),
        Route(f"{PREFIX}/actions/{{name}}", _with_error_answers(handlers.act, service), methods=["POST"]),
        Route(f"{PREFIX}/lineage", _with_error_answers(handlers.act, service), methods=["POST"]),
    ]


def _with_error_answers(handle: Handler, service: Service, *, with_paths: bool = False) -> Handler:
    """The handler with its errors as answers; `with_paths` for people of the server's machine."""

    async def answer(request: Request) -> Response:
        try:
            if service.leaving:
                raise StoreReopeningError("the server is ending; try again when it is back")
            return await handle(request)
        except (RefusedError, DashboardError) as fault:
            return refusal(fault, None if with_paths else service.home)
        except ClientDisconnect:
            return Response(status_code=400)
        except Exception as fault:
            error = machine_error(fault, "this could not be done")
            if error is None:
                raise
            return refusal(error, service.home)

    return answer


class _Handlers:
    def __init__(self, service: Service) -> None:
        self._service = service

    async def health(self, _: Request) -> Response:
        return PlainTextResponse("ok")

    async def readiness(self, _: Request) -> Response:
        def reads() -> None:
            with self._service.store.cursor() as cursor:
                cursor.execute("SELECT count(*) FROM migrations").fetchone()

        with suppress(RefusedError, DashboardError):
            if self._service.ready:
                await self._service.in_thread(reads)
                return PlainTextResponse("ready")
        return PlainTextResponse("not ready", 503)

    async def metrics(self, request: Request) -> Response:
        reader = await self._service.principal(request)
        check_open(reader, VIEWS.get("models"))
        text = await self._service.in_thread(metrics_text, self._service, reader)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    async def document(self, request: Request) -> Response:
        await self._service.principal(request)
        return JSONResponse(openapi_document(PREFIX))

    async def view(self, request: Request) -> Response:
        reader = await self._service.principal(request)
        name = VIEWS.get(request.path_params["name"]).name
        check_open(reader, VIEWS.get(name))

        def answer() -> str:
            query = query_of_parameters(request.query_params.multi_items())
            return printed(run_view(self._service.store, name, query, reader), "json")

        return Response(f"{await self._service.in_thread(answer)}\n", media_type="application/json")

    async def jobs(self, request: Request) -> Response:
        reader = await self._service.principal(request)
        check_open(reader, VIEWS.get("models"))
        return JSONResponse([job_values(job) for job in JOBS.known(self._service.home, reader)])

    async def act(self, request: Request) -> Response:
        principal = await self._service.principal(request)
        action = ACTIONS.get(request.path_params.get("name", LINEAGE))
        if not is_open(principal, action):
            await self._service.in_thread(self._refuse, principal, action)
        key = _key(request)
        if action.long and not action.takes_files and "respond-async" in request.headers.get("prefer", ""):
            payload = read_payload(action.name, await _json(request))
            job = await self._service.start(action, payload, principal, key)
            return JSONResponse(job_values(job), 202, headers={"Location": f"{PREFIX}/jobs"})
        if not action.takes_files:
            return await self._do(action, await _json(request), principal, key)
        async with received(request, self._service.home, action.body.within(self._service.upload_limit)) as arrived:
            names = _shown_names(arrived.files)
            try:
                return await self._do(action, _values(action, arrived, request), principal, key)
            except DashboardError as fault:
                return refusal(fault, self._service.home, names)

    def _refuse(self, principal: Principal, action: Action) -> None:
        """Raise ForbiddenError; the audit trail tells of it."""
        with refusals_noted(self._service.store, principal, action.name):
            check_open(principal, action)

    async def _do(self, action: Action, values: dict[str, Any], principal: Principal, key: str | None) -> Response:
        done = await self._service.act(action, read_payload(action.name, values), principal, key)
        if done.before is None:
            return JSONResponse({"done": done.sentence})
        repeated = {"record": done.before.seq, "at": done.before.recorded_at.isoformat()}
        return JSONResponse({"done": done.sentence, "repeated": repeated})


def _key(request: Request) -> str | None:
    """The key under which the caller sends this once, if any."""
    key = request.headers.get(REQUEST_KEY)
    if key is not None and not KEY.fullmatch(key):
        message = f"received {shorten(key)}; 1 to 200 printable characters without spaces are allowed; use a UUID"
        raise InputRefusedError([Problem(message, field=REQUEST_KEY)])
    return key


def _shown_names(files: Sequence[Path]) -> dict[str, tuple[int, str]]:
    """Positions and names of staged files by their paths; files of one name are numbered."""
    often = Counter(path.name for path in files)
    return {
        str(path): (position, path.name if often[path.name] == 1 else f"{path.name} (file {position + 1})")
        for position, path in enumerate(files)
    }


def _values(action: Action, arrived: Received, request: Request) -> dict[str, Any]:
    """The payload of an action with files: files as they came, the other fields from the form or the address."""
    if not arrived.files:
        raise InputRefusedError([Problem("received no file; at least one is needed; send it as files", field="files")])
    fields = {name: values[-1] for name, values in arrived.fields.items()}
    fields |= {name: value for name, value in request.query_params.items() if name != "name"}
    if "files" in fields:
        raise InputRefusedError([Problem("received text; a file is needed; send it with a file name", field="files")])
    return {**fields, "files": tuple(arrived.files)}


async def _json(request: Request) -> dict[str, Any]:
    import json

    body = bytearray()
    async for chunk in request.stream():
        body.extend(chunk)
        if len(body) > LONGEST_JSON:
            raise RefusedError(413, "received over 1 MB of JSON; send less")
    try:
        value = json.loads(body or b"{}")
    except json.JSONDecodeError as fault:
        place = f"line {fault.lineno}, column {fault.colno}"
        message = f"received no valid JSON ({fault.msg} at {place}); a JSON object is needed; correct it"
        raise InputRefusedError([Problem(message, row=fault.lineno)]) from None
    except UnicodeDecodeError as fault:
        message = f"received byte {fault.start + 1}, which is not UTF-8; a JSON object in UTF-8 is needed; correct it"
        raise InputRefusedError([Problem(message)]) from None
    except (ValueError, RecursionError):
        message = "received JSON with a number too long or nested too deeply; a plain JSON object is needed; correct it"
        raise InputRefusedError([Problem(message)]) from None
    if not isinstance(value, dict):
        raise InputRefusedError([Problem("received no JSON object; one is needed; correct it")])
    return value
