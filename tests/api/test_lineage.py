"""OpenLineage's own client against a running server, and the address it sends to."""

from __future__ import annotations

import gzip
import json
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
import requests
from openlineage.client import OpenLineageClient
from openlineage.client.event_v2 import (
    Dataset,
    DatasetEvent,
    InputDataset,
    Job,
    JobEvent,
    OutputDataset,
    Run,
    RunEvent,
    RunState,
)
from openlineage.client.facet_v2 import error_message_run, schema_dataset, sql_job
from openlineage.client.transport.http import ApiKeyTokenProvider, HttpCompression, HttpConfig, HttpTransport

from dashboard.store.audit.facts import canonical
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import open_store, rows
from dashboard.store.lineage import list_lineage
from tests.api.conftest import Api
from tests.api.test_api import contents
from tests.api.test_server import Server, run
from tests.examples import RUN

WHERE = "/api/v1/lineage"
JOB = Job(namespace="nightly", name="score", facets={"sql": sql_job.SQLJobFacet(query="SELECT 1\nFROM t -- ü")})
COLUMNS = [schema_dataset.SchemaDatasetFacetFields(name="amount", type="DOUBLE")]
READ = InputDataset(
    namespace="postgres://db:5432", name="public.claims", facets={"schema": schema_dataset.SchemaDatasetFacet(COLUMNS)}
)
WRITTEN = OutputDataset(namespace="s3://bucket", name="scores/2024-03-01.parquet")


def events() -> list[RunEvent | JobEvent | DatasetEvent]:
    """All that a client sends about one run, and what it sends outside runs."""
    of_run = Run(runId="0190d5c1-6f4a-7d33-8c11-3f5f0f1f2a3b")
    failed = Run(of_run.runId, facets={"error": error_message_run.ErrorMessageRunFacet("boom", "PYTHON", "a\n\tb")})
    runs = [
        RunEvent(
            eventTime=f"2024-03-01T10:0{number}:00+01:00", eventType=state, job=JOB, producer="https://example.org",
            run=failed if state is RunState.FAIL else of_run, inputs=[READ], outputs=[WRITTEN],
        )
        for number, state in enumerate(RunState)
    ]  # fmt: skip
    return [
        *runs,
        JobEvent(eventTime="2024-03-02T00:00:00Z", job=JOB, inputs=[READ], outputs=[WRITTEN]),
        DatasetEvent(eventTime="2024-03-02T00:00:01Z", dataset=Dataset(namespace="s3://bucket", name="scores")),
    ]


def test_the_unmodified_client_is_accepted_and_nothing_is_lost_or_doubled(tmp_path: Path) -> None:
    home = tmp_path / "home"
    code, told, _ = run(home, "token", "create", "airflow", "--scope", "lineage")
    assert code == 0
    server = Server(home)
    try:
        auth = ApiKeyTokenProvider({"api_key": told.split()[-1]})
        url = f"http://127.0.0.1:{server.port}"
        session, sent = requests.Session(), []
        session.hooks["response"].append(lambda answer, **_: sent.append(json.loads(answer.request.body)))
        client = OpenLineageClient(transport=HttpTransport(HttpConfig(url=url, auth=auth, session=session)))
        packed = HttpTransport(HttpConfig(url=url, auth=auth, compression=HttpCompression.GZIP))
        for event in events():
            client.emit(event)
        for event in events():
            OpenLineageClient(transport=packed).emit(event)
        shown = json.loads(run(home, "show", "lineage-events", "--format", "json")[1])
        walked = json.loads(run(home, "show", "lineage", "public.claims", "--direction", "down", "--format", "json")[1])
        wrong = HttpTransport(HttpConfig(url=url, auth=ApiKeyTokenProvider({"api_key": "ml_no"})))
        with pytest.raises(requests.HTTPError, match="401"):
            OpenLineageClient(transport=wrong).emit(events()[0])
    finally:
        server.end()
    assert len(shown) == len(events()) == 8
    assert [(row["from"], row["to"], row["kind"], row["distance"], row["since"]) for row in walked] == [
        ("dataset:postgres://db:5432/public.claims", "job:nightly/score", "reads", 1, "2024-03-01"),
        ("job:nightly/score", "dataset:s3://bucket/scores/2024-03-01.parquet", "writes", 2, "2024-03-01"),
    ]
    assert {row["by"] for row in shown} == {"token:airflow"}
    assert [row["type"] for row in shown] == ["dataset", "job", *(state.value for state in reversed(RunState))]
    assert shown[2]["job"] == "nightly/score"
    assert shown[-1]["at"] == "2024-03-01T09:00:00+00:00"
    store = open_store(home)
    kept = [json.loads(event.content) for event in list_lineage(store, None, None, None, 100)]
    store.close()
    assert sorted(map(canonical, kept)) == sorted(map(canonical, sent))
    verify_home(home)


def test_the_same_event_has_one_id_however_it_is_written(api: Api) -> None:
    post = {"url": WHERE, "headers": {**api.headers("lineage"), "Content-Type": "application/json"}}
    first = api.client.post(**post, content=json.dumps(RUN))
    other = api.client.post(**post, content=json.dumps(dict(reversed(RUN.items())), indent=4))
    key = first.json()["done"].split()[2].rstrip(";")
    assert (first.status_code, other.status_code) == (200, 200)
    assert first.json() == {"done": f"received event {key}; added 1, ignored 0 that were there"}
    assert other.json() == {"done": f"received event {key}; added 0, ignored 1 that were there"}
    with api.store.cursor() as cursor:
        kept = rows(cursor, "SELECT * FROM lineage_events WHERE fact_id = ?", [key])
    assert [json.loads(str(row["content"])) for row in kept] == [RUN]
    zipped = api.client.post(
        WHERE, headers={**post["headers"], "Content-Encoding": "gzip"}, content=gzip.compress(json.dumps(RUN).encode())
    )
    assert zipped.json() == other.json()


def changed(**values: object) -> dict[str, object]:
    return {name: value for name, value in {**RUN, **values}.items() if value != "gone"}


AHEAD = (datetime.now(UTC) + timedelta(hours=25)).isoformat()
REFUSED = {
    "no run id": (changed(run={}), "run.runId"),
    "run id is no UUID": (changed(run={"runId": "1"}), "run.runId"),
    "no job": (changed(job="gone"), "job"),
    "forgotten run": (changed(run="gone"), "run"),
    "empty name": (changed(job={"namespace": "n", "name": ""}), "job.name"),
    "no namespace": (changed(job={"name": "n"}), "job.namespace"),
    "unknown state": (changed(eventType="DONE"), "eventType"),
    "no time": (changed(eventTime="gone"), "eventTime"),
    "30 February": (changed(eventTime="2024-02-30T00:00:00Z"), "eventTime"),
    "a day, no instant": (changed(eventTime="2024-02-20"), "eventTime"),
    "tomorrow and more": (changed(eventTime=AHEAD), "eventTime"),
    "no producer": (changed(producer="gone"), "producer"),
    "inputs are no list": (changed(inputs={}), "inputs"),
    "input is text": (changed(inputs=["t"]), "inputs[0]"),
    "facet is a number": (changed(job={"namespace": "n", "name": "m", "facets": {"f": 1}}), "job.facets.f"),
    "a list": ([], None),
    "text": ("x", None),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_breaks_the_standard_is_refused_with_its_field(api: Api, name: str) -> None:
    value, field = REFUSED[name]
    before = contents(api)
    answer = api.client.post(WHERE, headers=api.headers("lineage"), json=value)
    assert answer.status_code == 422
    assert answer.json()["problems"][0]["field"] == field
    assert contents(api) == before


RAW = {
    "nothing": b"",
    "NaN": b'{"eventTime": NaN}',
    "beyond floats": json.dumps(changed(more={"x": 1.5})).replace("1.5", "1e999").encode(),
    "half a character": json.dumps(changed(more="\ud800")).encode(),
    "a key twice": b'{"run": 1, "run": 2}',
    "5,000 digits": json.dumps(changed(more=1)).replace('"more": 1', f'"more": {"9" * 5000}').encode(),
    "depth": json.dumps(RUN)[:-1].encode() + b',"more":' + b"[" * 100_000 + b"]" * 100_000 + b"}",
    "UTF-16": json.dumps(RUN).encode("utf-16"),
    "cut": json.dumps(RUN)[:-9].encode(),
    "NUL": json.dumps(changed(job={"namespace": "a", "name": "b\x00"})).encode(),
}


@pytest.mark.parametrize("name", RAW)
def test_what_is_no_json_is_refused(api: Api, name: str) -> None:
    before = contents(api)
    answer = api.client.post(WHERE, headers=api.headers("lineage"), content=RAW[name])
    assert answer.status_code == 422
    assert "received" in answer.json()["problems"][0]["message"] or "JSON" in answer.json()["problems"][0]["message"]
    assert contents(api) == before


def test_a_packed_body_is_limited_by_what_it_holds(api: Api) -> None:
    headers = {**api.headers("lineage"), "Content-Encoding": "gzip"}
    bomb = gzip.compress(b" " * 200 * api.service.upload_limit)
    assert len(bomb) < api.service.upload_limit
    assert api.client.post(WHERE, headers=headers, content=bomb).status_code == 413
    assert api.client.post(WHERE, headers=headers, content=b"no gzip").status_code == 422
    assert api.client.post(WHERE, headers=headers, content=gzip.compress(b"{}")[:-4]).status_code == 422
    other = {**headers, "Content-Encoding": "br"}
    assert api.client.post(WHERE, headers=other, content=b"x").status_code == 415


def test_only_the_scope_lineage_opens_it(api: Api) -> None:
    before = contents(api)
    for scope in set(api.keys) - {"lineage"}:
        assert api.client.post(WHERE, headers=api.headers(scope), json=changed(more=scope)).status_code == 403
    assert api.client.post(WHERE, json=RUN).status_code == 401
    assert api.client.get(WHERE, headers=api.headers("lineage")).status_code == 405
    assert contents(api) == before
    api.service.access._failures.clear()


FORMS = {
    "lines.jsonl": lambda found: "\n\n".join(map(json.dumps, found)),
    "list.json": lambda found: json.dumps(found, indent=1),
    "one.json": lambda found: json.dumps(found[0], indent=1) + "\n",
    "windows.json": lambda found: "\ufeff" + json.dumps(found[0], indent=1).replace("\n", "\r\n"),
}


@pytest.mark.parametrize("name", FORMS)
def test_files_on_the_command_line(tmp_path: Path, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    from dashboard.cli.command_line import main

    found = [changed(more=number) for number in range(3)]
    text = FORMS[name](found)
    (tmp_path / name).write_bytes(text.encode())
    words = ["ingest", "lineage", os.fspath(tmp_path / name), "--home", os.fspath(tmp_path / "home")]
    assert main(words) == 0
    number = 1 if name in ("one.json", "windows.json") else 3
    assert f"added {number}, ignored 0" in capsys.readouterr().out
    assert main(words) == 0
    assert f"added 0, ignored {number}" in capsys.readouterr().out
    broken = text.replace("COMPLETE", "DONE")
    (tmp_path / name).write_bytes(broken.encode())
    assert main(words) == 2
    told = capsys.readouterr().err.splitlines()[0]
    place = {"lines.jsonl": ":1:eventType", "list.json": ":[0].eventType"}.get(name, ":eventType")
    assert told.startswith(f"{tmp_path / name}{place}: received 'DONE'; allowed are START, ")
