"""A home with each state of model: monitored, only logged, only registered; and the questions asked of every view."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.comments import Comment
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.actions.tokens import NewToken
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS
from tests.acceptance.portfolio import BINARY_CARD, REGRESSION_CARD, attributed, claims, prices, write_rows
from tests.examples import CASES
from tests.ledger.conftest import fill

MODELS = ("claims", "prices", "logged", "registered", "rated")
FACTORS = "business: {automation: decision_support, "
RISK_CLASS = "risk_class: {exposure: small, purpose: customers, affected_persons: 900}\n"


@pytest.fixture(scope="package")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    folder = tmp_path_factory.mktemp("views")
    opened = open_store(folder / "home")
    texts = {"claims": BINARY_CARD, "prices": REGRESSION_CARD}
    texts |= {name: BINARY_CARD.replace("id: claims", f"id: {name}") for name in ("logged", "registered")}
    texts["rated"] = BINARY_CARD.replace("id: claims", "id: rated").replace("business: {", FACTORS) + RISK_CLASS
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    run_action(opened, "register", Files(files=tuple(folder / f"{name}.yaml" for name in texts)), operator("test"))
    rows = {"claims": claims(number=1500).frame, "prices": prices(number=800).frame, "logged": claims(number=60).frame}
    for name, frame in rows.items():
        path = write_rows(frame, folder / f"{name}.parquet")
        run_action(opened, "ingest_predictions", Delivery(model=name, files=(path,)), operator("test"))
    explain(opened, folder, 1500)
    run_action(opened, "monitor", Models(models=("claims", "prices")), operator("test"))
    yield opened
    opened.close()


@pytest.fixture(scope="package")
def eventful(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    """A home with people, events, lineage of a card, a token and a comment."""
    folder = tmp_path_factory.mktemp("eventful")
    opened = open_store(folder / "home")
    fill(opened, folder)
    explain(opened, folder, 200)
    run_action(opened, "create_token", NewToken(name="pipeline", scopes=("read", "events")), operator("test"))
    run_action(opened, "comment", Comment(model="claims", text="Looks fine."), operator("test"))
    yield opened
    opened.close()


def explain(store: Store, folder: Path, number: int) -> None:
    """Bring what led to some of so many claims."""
    path = attributed(claims(number=number).frame.head(5), folder / "attributions.parquet")
    run_action(store, "ingest_attributions", Delivery(model="claims", files=(path,)), operator("test"))


def questions(name: str) -> list[Query]:
    """What the tests ask of a view: about every model, and about all where the view can."""
    view = VIEWS.get(name)
    if name in CASES:
        return [Query(model="claims", **CASES[name])]
    features = {"prices": "size"} if name == "distribution" else {}
    if view.model == "node":
        nodes = ["prediction:claims/c-1"] if name == "provenance" else [f"model:{model}" for model in MODELS]
        return [Query(node=node) for node in nodes]
    usual = "amount" if name == "distribution" else None
    asked = [Query(model=model, feature=features.get(model, usual)) for model in MODELS] if view.model != "none" else []
    return [*asked, Query()] if view.model != "required" else asked
