"""A model stands in one way, in the same words, on every page, on the command line and over HTTP."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import streamlit as st
from starlette.applications import Starlette
from starlette.testclient import TestClient
from streamlit.testing.v1 import AppTest

from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.api.routes import routes
from dashboard.api.service import Service
from dashboard.charts.look import STATUS_WORDS
from dashboard.cli.command_line import main
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.database import open_store
from dashboard.store.engine.shared_stores import release_store
from dashboard.store.tokens import create_token
from dashboard.ui.labels.models import AREAS
from dashboard.ui.session import reader
from dashboard.ui.session.page_registry import find_pages
from tests.acceptance.portfolio import BINARY_CARD, REGRESSION_CARD, claims, write_rows
from tests.pages.conftest import ROOT

RISK = "risks: {outage: {likelihood: 5, impact: 4, assessed_on: 2024-01-10}}\nstatus: production\n"
CARDS = {
    "claims": f"{BINARY_CARD}{RISK}",
    "calm": BINARY_CARD.replace("id: claims", "id: calm").replace("en: Claims, de: Schäden", "en: Calm, de: Ruhig"),
    "prices": REGRESSION_CARD,
}
WITH_LOG = ("claims", "calm")
TABS = {page.area: path.stem for path, page in find_pages() if page.area}
Record = dict[tuple[str, str], tuple[str, str]]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("record")
    store = open_store(folder / "home")
    for model, card in CARDS.items():
        (folder / f"{model}.yaml").write_text(card, encoding="utf-8")
        run_action(store, "register", Files(files=(folder / f"{model}.yaml",)), operator("test"))
    for seed, model in enumerate(WITH_LOG):
        rows = write_rows(claims(seed=seed, number=4000).frame, folder / f"{model}.parquet")
        run_action(store, "ingest_predictions", Delivery(model=model, files=(rows,)), operator("test"))
    run_action(store, "monitor", Models(), operator("test"))
    store.close()
    yield folder / "home"
    release_store(folder / "home")


def record_of(rows: list[dict[str, Any]]) -> Record:
    return {(row["model"], row["area"]): (row["status"], row["reason"]) for row in rows}


@pytest.fixture(scope="module")
def record(home: Path) -> Record:
    """The status of record, as `show status` prints it."""
    from contextlib import redirect_stdout
    from io import StringIO

    written = StringIO()
    with redirect_stdout(written):
        assert main(["show", "status", "--format", "json", "--home", str(home)]) == 0
    return record_of(json.loads(written.getvalue()))


@pytest.fixture
def visit(home: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.setenv("DASHBOARD_HOME", str(home))
    monkeypatch.setattr(reader, "exposure", lambda: reader.Exposure("127.0.0.1", None, everybody=False))
    st.cache_data.clear()
    st.cache_resource.clear()

    def run(page: str, **address: str) -> AppTest:
        app = AppTest.from_file(str(ROOT / "dashboard" / "app.py"), default_timeout=600)
        for name, value in {"lang": "en", **address}.items():
            app.query_params[name] = value
        app = app.run().switch_page(f"../pages/{page}.py").run()
        assert not app.exception
        return app

    return run


def plain(text: str) -> str:
    """Text of a page without the signs and escapes of markdown."""
    return re.sub(r"[\\*\u2060]", "", text)


def badge(status: str) -> str:
    return f" {STATUS_WORDS[status]}]"


def test_the_portfolio_has_more_than_one_status(record: Record) -> None:
    assert len({status for status, _ in record.values()}) >= 3
    assert {area for _, area in record} >= set(TABS)


def test_the_api_tells_the_record(home: Path, record: Record) -> None:
    service = Service(home)
    service.ready = True
    with service.store.writing(AuditContext("create_token", "test")) as cursor:
        key = create_token(cursor, "reader", ["read"], "test")
    with TestClient(Starlette(routes=routes(service)), base_url="http://127.0.0.1:8501") as client:
        answer = client.get("/api/v1/views/status", headers={"Authorization": f"Bearer {key}"})
    assert record_of(answer.json()) == record


@pytest.mark.parametrize("area", sorted(TABS))
@pytest.mark.parametrize("model", sorted(CARDS))
def test_each_tab_begins_with_the_record_of_its_area(visit: Any, record: Record, model: str, area: str) -> None:
    status, reason = record[model, area]
    told = plain(visit(TABS[area], model=model).container(key="answer").markdown[0].value)
    assert badge(status) in told
    assert reason in told


@pytest.mark.parametrize("model", sorted(CARDS))
def test_the_summary_repeats_every_area_and_the_one_overall_status(visit: Any, record: Record, model: str) -> None:
    app = visit("model", model=model)
    areas = next(str(text.value) for text in app.markdown if str(text.value).startswith("| Area | Reason |"))
    for line in areas.splitlines()[2:]:
        named, reason = (plain(cell) for cell in line.strip("| ").split(" | "))
        area = next(area for area, word in AREAS.items() if named.endswith(f" {word}"))
        assert badge(record[model, area][0]) in named
        assert reason == record[model, area][1]
    overall = plain(app.container(key="answer").markdown[0].value).split("]")[0]
    assert plain(app.container(key="model_header").markdown[0].value).split("]")[0] == overall
    (shown,) = [row["status"][0] for row in inventory(visit) if row["name"] == app.title[0].value]
    assert overall.endswith(shown.split(" ", 1)[1])


def inventory(visit: Any) -> list[dict[str, Any]]:
    return visit("inventory").dataframe[0].value.to_dict("records")


def test_the_inventory_repeats_every_measured_area(visit: Any, record: Record) -> None:
    names = {"Claims": "claims", "Calm": "calm", "Prices": "prices"}
    for row in inventory(visit):
        for area in set(AREAS) & set(row):
            assert row[area][0].split(" ", 1)[1] == STATUS_WORDS[record[names[row["name"]], area][0]]


def test_overview_and_alerts_repeat_what_presses(visit: Any, record: Record) -> None:
    overview = plain("\n".join(part.value for part in visit("overview").markdown))
    for (_, area), (status, reason) in record.items():
        if status in ("alert", "warn"):
            assert f"{badge(status)} {AREAS[area]}: {reason}" in overview
    alerts = visit("alerts").markdown
    opened = [plain(part.value) for part in alerts if "badge[" in part.value and " · " in part.value]
    assert opened
    names = {"claims": "Claims", "calm": "Calm", "prices": "Prices"}
    for (model, area), (status, reason) in record.items():
        for told in (text for text in opened if f"{names[model]} · {AREAS[area]}" in text):
            assert f"{badge(status)} {reason}" in told
