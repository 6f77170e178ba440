"""Views and actions over HTTP: the same answers as `show`, a token for everything, nothing written when refused."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from dashboard.access.principal import operator
from dashboard.actions.registry import ACTIONS
from dashboard.api.maintenance_routes import UPKEEP
from dashboard.api.routes import routes
from dashboard.cli.printing import printed
from dashboard.store.engine.database import rows
from dashboard.store.tokens import SCOPES
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, run_view
from tests.api.conftest import Api
from tests.examples import asked_of

EVENT = {
    "kind": "usage",
    "model": "claims",
    "at": "2024-05-01T10:00:00Z",
    "consumer": "web",
    "purpose": "p",
    "calls": 3,
}

STATUSES = ("ok", "warn", "alert", "unknown")


def contents(api: Api) -> dict[str, int]:
    """How many rows every table of the store has; judgements follow from the others, and whoever asks makes them."""
    with api.store.cursor() as cursor:
        names = [row["table_name"] for row in rows(cursor, "SELECT table_name FROM duckdb_tables()")]
        names = [name for name in names if not str(name).startswith("judge")]
        return {str(name): cursor.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}


@pytest.mark.parametrize("name", sorted(VIEWS.all()))
def test_a_view_answers_like_show(api: Api, name: str) -> None:
    view = VIEWS.get(name)
    asked = asked_of(view)
    asked |= {"feature": "amount"} if name == "distribution" else {}
    answer = api.client.get(f"/api/v1/views/{name}", params=asked, headers=api.headers("read"))
    assert answer.status_code == 200
    expected = run_view(api.store, name, Query(**asked), operator("test"))
    assert answer.text == f"{printed(expected, 'json')}\n"
    assert all(list(record) == view.columns.names for record in answer.json())


def test_options_of_a_view_are_those_of_the_query(api: Api) -> None:
    asked = {"model": "claims", "by": "month", "start": "2024-03-01", "end": "2024-03-31", "language": "de"}
    answer = api.client.get("/api/v1/views/performance", params=asked, headers=api.headers("read"))
    assert {record["period"] for record in answer.json()} == {"2024-03"}
    for wrong in ({"by": "decade"}, {"start": "yesterday"}, {"colour": "red"}, {"threshold": "x"}, {"segment": "x"}):
        refused = api.client.get("/api/v1/views/performance", params=wrong, headers=api.headers("read"))
        assert refused.status_code == 422
        assert refused.json()["problems"][0]["field"]
    assert api.client.get("/api/v1/views/nothing", headers=api.headers("read")).status_code == 404


def doors() -> list[tuple[str, str, str | None]]:
    """Every door of the API: method, path and the scope that opens it."""
    views = [("GET", f"/api/v1/views/{name}", "read") for name in VIEWS.all()]
    actions = [("POST", f"/api/v1/actions/{name}", action.scope) for name, action in ACTIONS.all().items()]
    return [*views, *actions, ("POST", "/api/v1/lineage", "lineage"), ("GET", "/metrics", "read")]


@pytest.mark.parametrize(("method", "path", "scope"), doors(), ids=str)
def test_a_door_wants_a_token_with_its_scope(api: Api, method: str, path: str, scope: str | None) -> None:
    # A body that no action takes: what is open is refused for its content, and nothing is done.
    before = contents(api)
    for headers in ({}, {"Authorization": "Basic abc"}, {"Authorization": "Bearer ml_wrong"}):
        answer = api.client.request(method, path, headers=headers)
        assert answer.status_code == 401
        assert "token" in answer.json()["error"]
    opened = {
        other: api.client.request(method, path, headers=api.headers(other), content=b"[]").status_code
        for other in SCOPES
        if other != "decisions" or scope != "decisions"
    }
    assert {other for other, status in opened.items() if status != 403} == {scope} - {None, "decisions"}
    assert contents(api) == before
    api.service.access._failures.clear()


def test_what_is_not_on_the_list_is_not_there(api: Api) -> None:
    for path in ("/_stcore/metrics", "/_stcore/upload_file/a/b", "/_stcore/agent/interact", "/component/x", "/x", "//"):
        assert api.client.get(path).status_code == 404
    assert api.client.post("/").status_code == 405
    assert api.client.get("/healthz").text == "ok"
    assert api.client.get("/readyz").text == "ready"
    assert api.client.get("/healthz", headers={"Host": "evil.example"}).status_code == 421
    assert api.client.get("/healthz").headers["x-content-type-options"] == "nosniff"
    assert "frame-ancestors 'none'" in api.client.get("/nowhere").headers["content-security-policy"]


def test_uploads_are_taken_once_and_conflicts_refused(api: Api) -> None:
    lines = "".join(json.dumps({**EVENT, "calls": calls}) + "\n" for calls in (1, 2))
    post = {"url": "/api/v1/actions/ingest_events", "headers": api.headers("events")}
    first = api.client.post(**post, files={"files": ("usage.jsonl", lines)})
    assert first.json() == {"done": "received 2 events; added 2, ignored 0 that were there"}
    before = contents(api)
    again = api.client.post(**post, content=lines.encode())
    assert again.json() == {"done": "received 2 events; added 0, ignored 2 that were there"}
    assert contents(api) == before


def test_a_faulty_upload_names_its_place_and_leaves_no_trace(api: Api) -> None:
    before = contents(api)
    good = json.dumps({**EVENT, "calls": 77})
    bad = json.dumps({**EVENT, "calls": "many"})
    name = "../../etc/\x1b[31mpasswd.jsonl"
    answer = api.client.post(
        "/api/v1/actions/ingest_events",
        headers=api.headers("events"),
        files=[("files", ("good.jsonl", good)), ("files", (name, f"{good}\n{bad}\n"))],
    )
    assert answer.status_code == 422
    (problem,) = answer.json()["problems"]
    assert (problem["row"], problem["field"], problem["upload"]) == (2, "calls", 1)
    assert problem["file"].endswith("passwd.jsonl")
    assert not set("/\x1b") & set(problem["file"])
    assert contents(api) == before
    assert not (api.folder / "home" / "uploads").exists()


def test_too_large_an_upload_is_refused(api: Api) -> None:
    post = {"url": "/api/v1/actions/ingest_events", "headers": api.headers("events")}
    big = b" " * (api.service.upload_limit + 1)
    assert api.client.post(**post, content=big).status_code == 413
    assert api.client.post(**post, content=(big[:500_000] for _ in range(3))).status_code == 413
    assert api.client.post(**post, files={"files": ("big.jsonl", big)}).status_code == 413
    assert not (api.folder / "home" / "uploads").exists()


def test_a_payload_cannot_name_files_of_the_server(api: Api) -> None:
    for body in ({"json": {"files": ["/etc/passwd"]}}, {"data": {"files": "/etc/passwd"}}):
        answer = api.client.post("/api/v1/actions/register", headers=api.headers("cards"), **body)
        assert answer.status_code == 422
    escaping = [("files", ("a.yaml", "id: a")), ("artifacts", ("../../x.skops", b"x"))]
    refused = api.client.post("/api/v1/actions/register", headers=api.headers("cards"), files=escaping)
    assert refused.status_code == 422
    assert refused.json()["problems"][0]["field"] == "artifacts"


def declared(api: Api) -> Iterator[tuple[str, str]]:
    """Every route of /api/v1 with each name that its place may have, as (method, path)."""
    names = {"views": VIEWS.all(), "actions": ACTIONS.all(), "upkeep": UPKEEP}
    for route in routes(api.service):
        if route.path.startswith("/api/v1/"):
            path, _, place = route.path.partition("/{name}")
            assert not place
            found = [f"{path}/{name}" for name in names[path.rsplit("/", 1)[1]]] if "{" in route.path else [path]
            yield from ((method.lower(), one) for one in found for method in route.methods - {"HEAD"})


def test_the_description_of_jobs_and_upkeep_is_what_they_answer(api: Api) -> None:
    paths = api.client.get("/api/v1/openapi.json", headers=api.headers("lineage")).json()["paths"]
    done = api.client.post("/api/v1/actions/monitor", headers=api.headers("actions"), json={})
    assert done.status_code == 200
    jobs = api.client.get("/api/v1/jobs", headers=api.headers("read")).json()
    schema = paths["/api/v1/jobs"]["get"]["responses"]["200"]["content"]["application/json"]["schema"]
    assert schema["type"] == "array"
    # Other tests leave jobs of theirs.
    assert all(set(job) == set(schema["items"]["required"]) for job in jobs)
    last = jobs[-1]
    assert (last["action"], last["state"], last["share"], last["models"]) == ("monitor", "done", 1.0, None)
    told = paths["/api/v1/upkeep/backup"]["post"]["requestBody"]["content"]["application/json"]["schema"]
    assert told["required"] == ["file"]
    assert api.client.post("/api/v1/upkeep/verify", headers=api.headers("actions")).status_code == 403
    secret = {"Authorization": f"Bearer {api.service.access.secret}"}
    here = TestClient(api.client.app, base_url="http://127.0.0.1:8501", client=("127.0.0.1", 50_000))
    assert "verified" in here.post("/api/v1/upkeep/verify", headers=secret).json()["done"]
    for wrong in ({}, {"file": "b.zip"}, {"file": 3}):
        answer = here.post("/api/v1/upkeep/backup", headers=secret, json=wrong)
        assert (answer.status_code, answer.json()["problems"][0]["field"]) == (422, "file")
    no_mapping = here.post("/api/v1/upkeep/backup", headers=secret, json=[]).json()["problems"][0]
    assert no_mapping["message"] == "received an empty list; allowed is a mapping; write it like {key: value}"
    assert here.post("/api/v1/upkeep/burn", headers=secret).status_code == 404


def test_the_description_names_every_door(api: Api) -> None:
    paths = api.client.get("/api/v1/openapi.json", headers=api.headers("lineage")).json()["paths"]
    assert {(method, path) for path, told in paths.items() for method in told} == set(declared(api))
    assert {path for _, path, _ in doors()} - {"/metrics"} <= set(paths)
    assert paths["/api/v1/views/drift"]["get"]["summary"] == VIEWS.get("drift").question


def test_metrics_count_models_and_requests(api: Api) -> None:
    text = api.client.get("/metrics", headers=api.headers("read")).text
    (status,) = run_view(api.store, "models", Query(), operator("test"))["status"]
    # Its drift goes on after two months: that is told although nothing has been logged since.
    assert status == "alert"
    assert [f'dashboard_models{{status="{word}"}} {word == status:d}' in text for word in STATUSES] == [True] * 4
    assert "dashboard_last_monitor_run_timestamp_seconds 1" in text
    api.client.get("/nowhere")
    text = api.client.get("/metrics", headers=api.headers("read")).text
    assert 'dashboard_requests_total{path="pages",method="GET",status="404"}' in text
