"""Routes by which the command line of this machine lets the server verify, back up and rebuild its store."""

from __future__ import annotations

import hmac
from pathlib import Path

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.api.access import LOOPBACK, RefusedError
from dashboard.api.service import Service
from dashboard.errors import InputRefusedError, NotFoundError, Problem
from dashboard.store.held import store_away
from dashboard.store.verifying import verify_store
from dashboard.upkeep import back_up_store, rebuild_home


class UpkeepRoutes:
    """Answers `POST /api/v1/upkeep/NAME` to whoever knows the secret of this run; no token opens it."""

    def __init__(self, service: Service) -> None:
        """Work on the store of a service."""
        self._service = service

    async def answer(self, request: Request) -> Response:
        """Do what the address names and tell what was done; raises what that raises."""
        self._check_local(request)
        name = request.path_params["name"]
        if name == "verify":
            return JSONResponse({"done": await self._service.long(lambda: str(verify_store(self._service.store)))})
        if name == "backup":
            file = _file(await request.json())
            return JSONResponse({"done": await self._service.long(lambda: back_up_store(self._service.store, file))})
        if name == "rebuild":
            return JSONResponse({"done": await self._service.long(self._rebuild)})
        raise NotFoundError(f"upkeep {name!r} is not known; known are backup, rebuild, verify")

    def _rebuild(self) -> str:
        with store_away(self._service.home) as lock:
            return rebuild_home(self._service.home, lock)

    def _check_local(self, request: Request) -> None:
        address = request.client.host if request.client else ""
        given = request.headers.get("authorization", "").encode()
        known = f"Bearer {self._service.access.secret}".encode()
        if address not in LOOPBACK or not hmac.compare_digest(given, known):
            raise RefusedError(403, "received no secret of this machine; use the command line beside the server")


def _file(values: object) -> Path:
    told = values.get("file") if isinstance(values, dict) else None
    if not isinstance(told, str) or not Path(told).is_absolute():
        raise InputRefusedError([Problem("received no absolute path; one is needed; name it", field="file")])
    return Path(told)
