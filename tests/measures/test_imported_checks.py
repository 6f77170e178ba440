"""Results of other tools: as their files and events have them, beside what is counted."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dashboard.access.principal import operator
from dashboard.actions.ingest import ModelFiles
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.connectors.registry import CONNECTORS
from dashboard.errors import InputRefusedError
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.acceptance.portfolio import BINARY_CARD
from tests.lineage.events import dataset, event, send

GOLDEN = Path(__file__).parents[1] / "connectors" / "golden" / "quality.json"
BY_HAND = operator("test")
MANIFEST = {
    "metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"},
    "nodes": {
        "model.shop.orders": {"name": "orders", "relation_name": '"dwh"."shop"."orders"'},
        "test.shop.not_null_orders_id.5d5": {
            "name": "not_null_orders_id",
            "column_name": "id",
            "attached_node": "model.shop.orders",
            "test_metadata": {"name": "not_null", "kwargs": {"column_name": "id"}},
        },
        "test.shop.no_refunds_before_sales": {
            "name": "no_refunds_before_sales",
            "depends_on": {"nodes": ["model.shop.orders"]},
        },
    },
}
RESULTS = {
    "metadata": {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json",
        "generated_at": "2024-03-04T05:00:09.000000Z",
    },
    "results": [
        {
            "status": "fail",
            "unique_id": "test.shop.not_null_orders_id.5d5",
            "failures": 12,
            "timing": [{"name": "execute", "completed_at": "2024-03-04T05:00:03.5Z"}],
        },
        {"status": "pass", "unique_id": "test.shop.no_refunds_before_sales", "failures": 0, "timing": []},
        {"status": "skipped", "unique_id": "test.shop.skipped", "failures": None},
        {"status": "success", "unique_id": "model.shop.orders", "failures": None},
    ],
    "elapsed_time": 9.1,
}


def written(folder: Path, **documents: Any) -> list[Path]:
    for name, document in documents.items():
        (folder / f"{name}.json").write_text(json.dumps(document), encoding="utf-8")
    return [folder / f"{name}.json" for name in documents]


@pytest.mark.parametrize("name", ["type", "expectation_type"])
def test_a_validation_of_great_expectations_is_read(tmp_path: Path, name: str) -> None:
    document = json.loads(GOLDEN.read_text("utf-8"))
    for one in document["results"]:
        one["expectation_config"] = {name if key == "type" else key: v for key, v in one["expectation_config"].items()}
    found = CONNECTORS.get("quality").read(written(tmp_path, validation=document))
    assert [(one.column, one.dimension, one.passed, one.observed) for one in found] == [
        ("amount", "completeness", False, 0.045),
        ("age", "reality", True, 0.0),
        (None, "availability", True, 2000),
    ]
    assert {one.dataset for one in found} == {"claims_scored"}
    assert found[0].expected == 0.01
    assert [one.severity for one in found] == [None, None, None]
    for stated, known in (("critical", "error"), ("warning", "warn"), ("info", "warn"), ("loud", None)):
        document["results"][0]["expectation_config"]["severity"] = stated
        assert CONNECTORS.get("quality").read(written(tmp_path, validation=document))[0].severity == known


def test_tests_of_dbt_are_named_by_the_manifest(tmp_path: Path) -> None:
    both = CONNECTORS.get("quality").read(written(tmp_path, manifest=MANIFEST, run_results=RESULTS))
    assert [(one.dataset, one.column, one.check, one.dimension, one.passed) for one in both] == [
        ("dwh.shop.orders", "id", "not_null", "completeness", False),
        ("dwh.shop.orders", None, "no_refunds_before_sales", "consistency", True),
    ]
    assert [one.severity for one in both] == ["error", None]
    assert [one.at for one in both] == ["2024-03-04T05:00:03.5Z", "2024-03-04T05:00:09.000000Z"]
    alone = CONNECTORS.get("quality").read(written(tmp_path, run_results=RESULTS))
    assert [one.check for one in alone] == ["not_null_orders_id", "no_refunds_before_sales"]


@pytest.mark.parametrize(
    "wrong", [[], {}, {"results": [{}]}, {"results": 7, "meta": {}}, {"nodes": {}}, {"results": []}]
)
def test_another_shape_is_refused_with_its_file(tmp_path: Path, wrong: Any) -> None:
    (path,) = written(tmp_path, wrong=wrong)
    with pytest.raises(InputRefusedError) as refused:
        CONNECTORS.get("quality").read([path])
    assert {problem.file for problem in refused.value.problems} == {str(path)}


def test_results_stand_beside_what_is_counted(store, tmp_path: Path) -> None:
    card = BINARY_CARD.replace('versions: [{version: "1",', 'versions: [{version: "1", training_data: claims_2023,')
    (tmp_path / "card.yaml").write_text(card, "utf-8")
    run_action(store, "register", Files(files=(tmp_path / "card.yaml",)), BY_HAND)
    for _ in range(2):
        said = run_action(store, "ingest_quality", ModelFiles(model="claims", files=(GOLDEN,)), BY_HAND)
    assert "ignored 3 that were there" in str(said)
    failed = {"assertions": [{"assertion": "not_null", "column": "amount", "success": False}]}
    checked = dataset("dwh|claims_2023", dataQualityAssertions=failed)
    send(store, tmp_path, [event("load", "2024-03-09", writes=[checked])])
    frame = run_view(store, "quality", Query(model="claims", by="month"), BY_HAND)
    found = {(row["period"], row["check"], row["status"], row["source"]) for _, row in frame.iterrows()}
    assert ("2024-03", "not_null", "alert", "dwh/claims_2023") in found
    # The model rests on the amount: the card gives it a large share of the importance.
    assert ("2024-03", "expect_column_values_to_not_be_null", "alert", "claims_scored") in found
    assert ("2024-03", "expect_column_values_to_be_between", "ok", "claims_scored") in found
