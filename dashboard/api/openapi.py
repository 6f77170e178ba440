"""The OpenAPI document of the API, made from the registries."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from dashboard import __version__
from dashboard.actions.registry import ACTIONS, REQUEST_KEY, Action
from dashboard.api.job_answers import JobAnswer
from dashboard.api.maintenance_routes import UPKEEP, Upkeep
from dashboard.api.parameters import described_parameters
from dashboard.views.registry import VIEWS, View

REFUSALS = {
    "401": {"description": "no token, or one that is not in force"},
    "403": {"description": "the token does not open this"},
    "404": {"description": "unknown name"},
    "422": {"description": "input refused; nothing was written"},
    "429": {"description": "too many calls; try again after Retry-After seconds"},
    "503": {"description": "the store is being opened anew, or the machine fails; try again after Retry-After seconds"},
    "507": {"description": "there is no space on the server's disk; nothing was written"},
}
# What is open to no token, but to the secret that a server shares with the command line beside it.
LOCAL = "command line of the server's machine only"
KEY = {
    "name": REQUEST_KEY,
    "in": "header",
    "required": False,
    "description": "what was done under this key of the caller is not done again",
    "schema": {"type": "string", "maxLength": 200},
}


def openapi_document(prefix: str) -> dict[str, Any]:
    """The document; every view and action has its path."""
    paths: dict[str, Any] = {f"{prefix}/views/{name}": _view(view) for name, view in VIEWS.all().items()}
    paths |= {f"{prefix}/actions/{name}": _action(action) for name, action in ACTIONS.all().items()}
    paths[f"{prefix}/lineage"] = _open_lineage(ACTIONS.get("ingest_lineage"))
    paths |= {f"{prefix}/upkeep/{name}": _upkeep(name, task) for name, task in UPKEEP.items()}
    jobs = {"type": "array", "items": _schema(JobAnswer)}
    paths[f"{prefix}/jobs"] = _read("jobs", "Which long work runs, or ended lately?", "read", jobs)
    paths[f"{prefix}/openapi.json"] = _read("openapi", "What is this API?", "any", {"type": "object"})
    return {
        "openapi": "3.1.0",
        "info": {"title": "Model Ledger", "version": __version__},
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }


def _schema(answer: type[BaseModel]) -> dict[str, Any]:
    return answer.model_json_schema(mode="serialization")


def _read(name: str, question: str, scope: str, schema: dict[str, Any]) -> dict[str, Any]:
    """A question that is no view."""
    answer = {"description": question, "content": {"application/json": {"schema": schema}}}
    responses = {"200": answer, **{status: REFUSALS[status] for status in ("401", "403", "429", "503")}}
    return {"get": {"operationId": name, "summary": question, "x-scope": scope, "responses": responses}}


def _upkeep(name: str, task: Upkeep) -> dict[str, Any]:
    """Work on the store, for the command line of the server's machine alone."""
    schema = {"type": "object", "properties": {"done": {"type": "string"}}, "required": ["done"]}
    answer = {"description": "what was done", "content": {"application/json": {"schema": schema}}}
    body = {"required": bool(task.order.model_fields), "content": {"application/json": {"schema": _schema(task.order)}}}
    described = {"operationId": f"upkeep_{name}", "summary": task.purpose, "x-scope": LOCAL, "requestBody": body}
    return {"post": {**described, "responses": {"200": answer, **REFUSALS}}}


def _view(view: View) -> dict[str, Any]:
    parameters = described_parameters({"required": ["model"], "node": ["node"]}.get(view.model, []))
    properties = {column.name: column.schema() for column in view.columns}
    schema = {"type": "array", "items": {"type": "object", "properties": properties, "required": view.columns.names}}
    answer = {"description": view.question, "content": {"application/json": {"schema": schema}}}
    operation = {"operationId": f"view_{view.name}", "summary": view.question, "parameters": parameters}
    return {"get": {**operation, "x-scope": "read", "responses": {"200": answer, **REFUSALS}}}


def _action(action: Action) -> dict[str, Any]:
    schema = action.payload.model_json_schema()
    kind = "application/json"
    if action.takes_files:
        kind = "multipart/form-data"
        schema["properties"]["files"] = {"type": "array", "items": {"type": "string", "format": "binary"}}
    record = {"record": {"type": "integer"}, "at": {"type": "string", "format": "date-time"}}
    repeated = {"type": "object", "properties": record, "description": "only when it was done before under this key"}
    done = {"type": "object", "properties": {"done": {"type": "string"}, "repeated": repeated}, "required": ["done"]}
    answer = {"description": "what was done", "content": {"application/json": {"schema": done}}}
    extra: dict[str, Any] = {"413": {"description": "too large"}} if action.takes_files else {}
    if action.long and not action.takes_files:
        job = {"application/json": {"schema": _schema(JobAnswer)}}
        extra["202"] = {"description": "begun, with Prefer: respond-async", "content": job}
        extra["409"] = {"description": "under way already"}
    return {
        "post": {
            "operationId": action.name,
            "summary": action.purpose,
            "x-scope": action.scope or "pages and command line only",
            "parameters": [KEY],
            "requestBody": {"required": True, "content": {kind: {"schema": schema}}},
            "responses": {"200": answer, **REFUSALS, **extra},
        }
    }


def _open_lineage(action: Action) -> dict[str, Any]:
    """The address to which OpenLineage's clients send one event as the body."""
    described = _action(action)["post"]
    body = {"required": True, "content": {"application/json": {"schema": {"type": "object"}}}}
    return {"post": {**described, "operationId": "open_lineage", "requestBody": body}}
