"""The API on a home with one monitored model, in this process, and keys for every scope."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.api.guard import Guard
from dashboard.api.routes import routes
from dashboard.api.service import Service
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.database import Store
from dashboard.store.engine.shared_stores import release_store
from dashboard.store.tokens import SCOPES, create_token
from tests.acceptance.portfolio import BINARY_CARD, attributed, claims, write_rows


@dataclass(frozen=True)
class Api:
    """A client of the API, its store, and a key for each scope alone."""

    client: TestClient
    service: Service
    keys: dict[str, str]
    folder: Path

    @property
    def store(self) -> Store:
        return self.service.store

    def headers(self, *scopes: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[scopes[0]]}"}


@pytest.fixture(scope="session")
def api(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Api]:
    folder = tmp_path_factory.mktemp("api")
    service = Service(folder / "home")
    service.upload_limit = 1_000_000
    store = service.store
    (folder / "claims.yaml").write_text(BINARY_CARD, encoding="utf-8")
    rows = write_rows(claims(number=900).frame, folder / "claims.parquet")
    run_action(store, "register", Files(files=(folder / "claims.yaml",)), operator("test"))
    run_action(store, "ingest_predictions", Delivery(model="claims", files=(rows,)), operator("test"))
    why = attributed(claims(number=900).frame.head(5), folder / "attributions.parquet")
    run_action(store, "ingest_attributions", Delivery(model="claims", files=(why,)), operator("test"))
    run_action(store, "monitor", Models(), operator("test"))
    with store.writing(AuditContext("create_token", "test")) as cursor:
        keys = {scope: create_token(cursor, scope, [scope], "test") for scope in SCOPES}
    app = Starlette(routes=routes(service), middleware=[Middleware(Guard, service=service, pages=["drift"])])
    service.ready = True
    with TestClient(app, base_url="http://127.0.0.1:8501") as client:
        yield Api(client, service, keys, folder)
    release_store(folder / "home")
