"""The routes of the API, made from the registries of views and actions."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from dashboard.access.principal import Principal
from dashboard.access.rights import check_open
from dashboard.actions.registry import ACTIONS, Action, read_payload, run_action
from dashboard.api.access import RefusedError
from dashboard.api.metrics import metrics_text
from dashboard.api.openapi import openapi_document
from dashboard.api.service import Service, refusal
from dashboard.api.uploads import Received, received
from dashboard.errors import DashboardError, InputRefusedError, Problem
from dashboard.printing import printed
from dashboard.questions import query_from_texts
from dashboard.views.registry import VIEWS, run_view

PREFIX = "/api/v1"
# What OpenLineage's clients send has an address of its own.
LINEAGE = "ingest_lineage"
LONGEST_JSON = 1_048_576
Handler = Callable[[Request], Awaitable[Response]]


def routes(service: Service) -> list[Route]:
    """Every route of the API on one service."""
    handlers = _Handlers(service)
    return [
        Route("/healthz", handlers.health, methods=["GET"]),
        Route("/readyz", handlers.readiness, methods=["GET"]),
        Route("/metrics", _told(handlers.metrics), methods=["GET"]),
        Route(f"{PREFIX}/openapi.json", _told(handlers.document), methods=["GET"]),
        Route(f"{PREFIX}/views/{{name}}", _told(handlers.view), methods=["GET"]),
        Route(f"{PREFIX}/actions/{{name}}", _told(handlers.act), methods=["POST"]),
        Route(f"{PREFIX}/lineage", _told(handlers.act), methods=["POST"]),
    ]


def _told(handle: Handler) -> Handler:
    """The handler with its errors as answers."""

    async def answer(request: Request) -> Response:
        try:
            return await handle(request)
        except (RefusedError, DashboardError) as fault:
            return refusal(fault)
        except ClientDisconnect:
            return Response(status_code=400)

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
        check_open(await self._service.principal(request), VIEWS.get("models"))
        text = await self._service.in_thread(metrics_text, self._service)
        return PlainTextResponse(text, media_type="text/plain; version=0.0.4")

    async def document(self, request: Request) -> Response:
        await self._service.principal(request)
        return JSONResponse(openapi_document(PREFIX))

    async def view(self, request: Request) -> Response:
        reader = await self._service.principal(request)
        name = VIEWS.get(request.path_params["name"]).name
        check_open(reader, VIEWS.get(name))

        def answer() -> str:
            query = query_from_texts(request.query_params.multi_items())
            return printed(run_view(self._service.store, name, query, reader), "json")

        return Response(f"{await self._service.in_thread(answer)}\n", media_type="application/json")

    async def act(self, request: Request) -> Response:
        principal = await self._service.principal(request)
        action = ACTIONS.get(request.path_params.get("name", LINEAGE))
        check_open(principal, action)
        if not action.takes_files:
            return await self._do(action, await _json(request), principal)
        async with received(request, self._service.home, self._service.upload_limit) as arrived:
            names = {str(path): (position, path.name) for position, path in enumerate(arrived.files)}
            try:
                return await self._do(action, _values(action, arrived, request), principal)
            except InputRefusedError as fault:
                return refusal(fault, names)

    async def _do(self, action: Action, values: dict[str, Any], principal: Principal) -> Response:
        payload = read_payload(action.name, values)
        done = await self._service.in_thread(run_action, self._service.store, action.name, payload, principal)
        return JSONResponse({"done": done})


def _values(action: Action, arrived: Received, request: Request) -> dict[str, Any]:
    """The payload of an action with files: files as they came, the other fields from the form or the address."""
    if not arrived.files:
        raise InputRefusedError([Problem("received no file; at least one is needed; send it as files", field="files")])
    told = {name: values[-1] for name, values in arrived.fields.items()}
    told |= {name: value for name, value in request.query_params.items() if name != "name"}
    if "files" in told:
        raise InputRefusedError([Problem("received text; a file is needed; send it with a file name", field="files")])
    return {**told, "files": tuple(arrived.files)}


async def _json(request: Request) -> dict[str, Any]:
    import json

    body = bytearray()
    async for chunk in request.stream():
        body.extend(chunk)
        if len(body) > LONGEST_JSON:
            raise RefusedError(413, "received over 1 MB of JSON; send less")
    try:
        value = json.loads(body or b"{}")
    except (ValueError, RecursionError):
        raise InputRefusedError([Problem("received no valid JSON; a JSON object is needed; correct it")]) from None
    if not isinstance(value, dict):
        raise InputRefusedError([Problem("received no JSON object; one is needed; correct it")])
    return value
