"""The OpenAPI document of the API, made from the registries."""

from __future__ import annotations

from typing import Any

from dashboard import __version__
from dashboard.actions.registry import ACTIONS, REQUEST_KEY, Action
from dashboard.questions import PARAMETERS
from dashboard.views.registry import VIEWS, View

REFUSALS = {
    "401": {"description": "no token, or one that is not in force"},
    "403": {"description": "the token does not open this"},
    "404": {"description": "unknown name"},
    "422": {"description": "input refused; nothing was written"},
    "429": {"description": "too many calls; try again after Retry-After seconds"},
    "503": {"description": "the store is being opened anew; try again after Retry-After seconds"},
}
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
    return {
        "openapi": "3.1.0",
        "info": {"title": "Model Ledger", "version": __version__},
        "security": [{"token": []}],
        "components": {"securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}},
        "paths": paths,
    }


def _view(view: View) -> dict[str, Any]:
    parameters = [
        {
            "name": name,
            "in": "query",
            "required": name == "model" and view.model == "required",
            "description": description,
            "schema": {"type": "string"},
        }
        for name, description in PARAMETERS.items()
    ]
    properties = {column: {"type": ["string", "number", "boolean", "null"]} for column in view.columns}
    schema = {"type": "array", "items": {"type": "object", "properties": properties, "required": list(view.columns)}}
    answer = {"description": view.question, "content": {"application/json": {"schema": schema}}}
    told = {"operationId": f"view_{view.name}", "summary": view.question, "parameters": parameters}
    return {"get": {**told, "x-scope": "read", "responses": {"200": answer, **REFUSALS}}}


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
    extra = {"413": {"description": "too large"}} if action.takes_files else {}
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
