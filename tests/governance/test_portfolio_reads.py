"""The store is asked about the whole portfolio, not about each model: twice the models, the same number of queries."""

import pytest

from dashboard.access.principal import operator
from dashboard.schema.card.card import ModelCard
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import append_card
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.demo.thousand_models import made_card
from tests.governance.queries import counted_queries

VIEWS = (
    "models", "status", "gaps", "desk", "rules", "risk", "sign-offs", "departures", "knowledge", "loads", "team-loads",
)  # fmt: skip


@pytest.mark.parametrize("view", VIEWS)
def test_more_models_need_no_more_queries(tmp_path, monkeypatch, view):
    counts = []
    for models in (3, 6):
        store = open_store(tmp_path / str(models))
        with store.writing(AuditContext("register", "test")) as cursor:
            for number in range(1, models + 1):
                append_card(cursor, ModelCard.model_validate(made_card(number)), "test", None)
        asked = counted_queries(store, monkeypatch)
        run_view(store, view, Query(), operator("test"))
        counts.append(len(asked))
        Store.close(store)
    assert counts[0] == counts[1] > 0
