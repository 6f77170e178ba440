"""The columns that a model was trained on against those that it is served: missing, extra, of another type."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.access.principal import operator
from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.lineage.schemas import family_of
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.lineage.conftest import World
from tests.lineage.events import card, dataset, event

BY_HAND = operator("test")
TRAINED = {"hour": "INTEGER", "carrier": "VARCHAR(2)", "late": "BOOLEAN"}


def fields(columns: dict[str, str]) -> dict[str, Any]:
    return {"fields": [{"name": name, "type": kind} for name, kind in columns.items()]}


def served(world: World, columns: dict[str, str] | None, at: str = "2024-02-01") -> list[tuple[str, str, str]]:
    """What fails of the schema, as reason, feature and status, once the model is served these columns."""
    facets = {} if columns is None else {"schema": fields(columns)}
    world.send(event("score.late", at, reads=[dataset("today", **facets)], writes=["scores"]))
    found = run_view(world.store, "quality", Query(model="late"), BY_HAND)
    failed = found[found["status"] != "ok"]
    assert set(found["check"]) <= {"schema as in training"}
    return sorted(zip(failed["reason"], failed["feature"], failed["status"], strict=True))


def names(found: list[tuple[str, str, str]], expected: list[tuple[str, str, str]]) -> bool:
    """Whether what fails is expected; of the reason one word."""
    return len(found) == len(expected) and all(
        word in reason and rest == wanted for (reason, *rest), (word, *wanted) in zip(found, expected, strict=True)
    )


@pytest.fixture
def trained(world: World) -> World:
    version = {"version": "1", "training_data": "train", "importance": {"hour": 0.9, "carrier": 0.02, "x": 0.08}}
    features = {"hour": {"kind": "numeric"}, "carrier": {"kind": "categorical"}, "x": {"kind": "numeric"}}
    world.register(card("late", versions=[version], data={"features": features}))
    world.send(event("train", "2024-01-01", reads=["raw"], writes=[dataset("train", schema=fields(TRAINED))]))
    return world


@pytest.mark.parametrize(
    ("columns", "failed"),
    [
        ({"hour": "int", "carrier": "string"}, []),
        ({"HOUR": "double precision", "Carrier": "text", "id": "bigint", "batch": "uuid"}, []),
        ({"carrier": "string"}, [("lacks", "hour", "alert")]),
        ({"hour": "int"}, [("lacks", "carrier", "warn")]),
        ({"hour": "varchar", "carrier": "string"}, [("varchar", "hour", "alert")]),
        ({"hour": "int", "carrier": "numeric(3)"}, [("numeric", "carrier", "warn")]),
        ({"hour": "int", "carrier": "geometry"}, []),
        (None, []),
    ],
)
def test_what_is_served_is_held_against_what_was_trained_on(
    trained: World, columns: dict[str, str] | None, failed: list[tuple[str, str, str]]
) -> None:
    assert names(served(trained, columns), failed)


def test_a_column_that_training_lacked_is_named(trained: World) -> None:
    trained.send(event("train", "2024-01-02", writes=[dataset("train", schema=fields({"hour": "int"}))]))
    assert names(served(trained, {"hour": "int", "carrier": "text"}), [("lacked", "carrier", "warn")])


def test_a_schema_that_goes_wrong_is_a_fault_since_its_first_day_and_over_once_it_is_right(trained: World) -> None:
    served(trained, {"hour": "int", "carrier": "string"})

    def faults() -> list[tuple[str, str, bool]]:
        run_action(trained.store, "monitor", Models(), BY_HAND)
        found = run_view(trained.store, "quality-faults", Query(model="late"), BY_HAND)
        return list(zip(found["feature"], found["since"], found["ongoing"], strict=True))

    assert faults() == []
    for at in ("2024-02-05", "2024-02-06"):
        served(trained, {"carrier": "string"}, at)
    assert faults() == [("hour", "2024-02-05", True)]
    served(trained, {"carrier": "string"}, "2024-02-07")
    assert faults() == [("hour", "2024-02-05", True)]
    served(trained, {"hour": "int", "carrier": "string"}, "2024-02-08")
    assert faults() == [("hour", "2024-02-05", False)]


@pytest.mark.parametrize(
    ("kind", "family"),
    [
        ("BIGINT", "number"), ("NUMBER(10,2)", "number"), ("float64", "number"), ("utf8", "text"), ("String", "text"),
        ("bool", "truth value"), ("timestamp with time zone", "time"),
        ("DATE", "time"), ("array<int>", "list or record"),
        ("struct<a:int>", "list or record"), ("geography", None), ("", None),
    ],
)  # fmt: skip
def test_types_of_many_systems_have_families(kind: str, family: str | None) -> None:
    assert family_of(kind) == family
