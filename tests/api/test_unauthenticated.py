"""Open to everybody who reaches the port: pages are read, and no route and no action changes anything."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.access import exposure, login
from dashboard.access.exposure import exposure_of
from dashboard.access.principal import anybody
from dashboard.access.rights import check_open
from dashboard.actions.registry import ACTIONS
from dashboard.api.guard import Guard
from dashboard.api.routes import routes
from dashboard.errors import ForbiddenError
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, run_view
from tests.api.conftest import Api
from tests.api.test_api import contents, declared

# What answers without a token: whether the process lives and is ready.
OPEN = {"/healthz", "/readyz"}
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


@pytest.fixture
def everybody(api: Api, monkeypatch: pytest.MonkeyPatch) -> Iterator[TestClient]:
    """A client from elsewhere of a server that is open to everybody."""
    for name in (*login.NEEDED, exposure.SETTING):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(exposure.SETTING, "1")
    shown = exposure_of("0.0.0.0")
    assert shown.reading_only
    guard = Middleware(Guard, service=api.service, pages=["drift"], exposure=shown)
    with TestClient(Starlette(routes=routes(api.service), middleware=[guard]), base_url="http://192.168.1.9") as client:
        yield client
    api.service.access._failures.clear()


def test_no_route_does_anything_without_a_token(api: Api, everybody: TestClient) -> None:
    before, head = contents(api), api.store.ledger.head
    others = {route.path for route in routes(api.service) if not route.path.startswith("/api/v1/")}
    paths = {path for _, path in declared(api)} | others
    assert len(paths) > 60
    for path in sorted(paths):
        for method in METHODS:
            answer = everybody.request(method, path, content=b"{}")
            allowed = {200} if path in OPEN and method in ("GET", "HEAD") else {401, 403, 405}
            assert answer.status_code in allowed, (method, path, answer.status_code)
    assert contents(api) == before
    assert api.store.ledger.head == head


def test_the_secret_of_the_machine_opens_nothing_from_elsewhere(api: Api, everybody: TestClient) -> None:
    secret = {"Authorization": f"Bearer {api.service.access.secret}", "X-Person": "anna.keller"}
    assert everybody.get("/api/v1/views/models", headers=secret).status_code == 401
    for name in ("verify", "backup", "rebuild"):
        assert everybody.post(f"/api/v1/upkeep/{name}", headers=secret, json={}).status_code == 403


@pytest.mark.parametrize("name", ACTIONS.all())
def test_no_action_is_open_to_everybody(name: str) -> None:
    with pytest.raises(ForbiddenError):
        check_open(anybody(), ACTIONS.get(name))


@pytest.mark.parametrize("name", [name for name, view in VIEWS.all().items() if view.roles == {"admin"}])
def test_what_is_for_administrators_is_not_shown_to_everybody(api: Api, name: str) -> None:
    with pytest.raises(ForbiddenError):
        run_view(api.store, name, Query(), anybody())
