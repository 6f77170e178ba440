"""Routes by which the command line of this machine lets the server verify, back up and rebuild its store."""

from __future__ import annotations

import hmac
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from dashboard.api.access import LOOPBACK, RefusedError
from dashboard.api.service import Service
from dashboard.cli.maintenance import back_up_store, rebuild_home
from dashboard.errors import InputRefusedError, NotFoundError
from dashboard.governance.verification.verification import check_store, read_asked
from dashboard.schema.reading.error_messages import problems_of
from dashboard.schema.texts import FORMS
from dashboard.store.engine.shared_stores import store_away


class Nothing(BaseModel):
    """The order of upkeep that needs no values."""


class BackupFile(BaseModel):
    """Where a backup is written to."""

    file: str = Field(
        pattern=FORMS["absolute_path"],
        description="absolute path of a new .zip file on the server's machine, or of a folder",
    )


class Checks(BaseModel):
    """What is checked besides chain, journal, facts, figures and files."""

    figures: int = Field(default=0, description="how many figures are counted anew from the log")
    head: str | None = Field(default=None, description="a head that was kept elsewhere, as SEQ:HASH")


@dataclass(frozen=True)
class Upkeep:
    """Work on the whole store: its order, and how it is done; it returns a sentence."""

    purpose: str
    order: type[BaseModel]
    work: Callable[[Service, Any], str]


def _rebuild(service: Service, _: Nothing) -> str:
    with store_away(service.home) as lock:
        return rebuild_home(service.home, lock)


UPKEEP: dict[str, Upkeep] = {
    "backup": Upkeep(
        "Write one consistent copy of the home into a .zip file.",
        BackupFile,
        lambda service, order: back_up_store(service.store, Path(order.file)),
    ),
    "rebuild": Upkeep("Make the store anew from its journal.", Nothing, _rebuild),
    "verify": Upkeep(
        "Check chain, journal, facts, figures, judgements, log and model files.",
        Checks,
        lambda service, order: check_store(service.store, read_asked(order.figures, order.head)),
    ),
}


class UpkeepRoutes:
    """Answers `POST /api/v1/upkeep/NAME` to whoever knows the secret of this run; no token opens it."""

    def __init__(self, service: Service) -> None:
        """Work on the store of a service."""
        self._service = service

    async def answer(self, request: Request) -> Response:
        """Do what the address names and tell what was done; raises what that raises."""
        self._check_local(request)
        name = request.path_params["name"]
        if name not in UPKEEP:
            raise NotFoundError(f"upkeep {name!r} is not known; known are {', '.join(sorted(UPKEEP))}")
        task = UPKEEP[name]
        given = task.order.model_fields and await request.body()
        values = await request.json() if given else {}
        try:
            order = task.order.model_validate(values)
        except ValidationError as fault:
            raise InputRefusedError(problems_of(fault, task.order)) from None
        return JSONResponse({"done": await self._service.long(task.work, self._service, order)})

    def _check_local(self, request: Request) -> None:
        address = request.client.host if request.client else ""
        given = request.headers.get("authorization", "").encode()
        known = f"Bearer {self._service.access.secret}".encode()
        if address not in LOOPBACK or not hmac.compare_digest(given, known):
            raise RefusedError(403, "received no secret of this machine; use the command line beside the server")
