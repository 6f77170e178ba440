"""A failed check has one severity on every face: Data use, Data quality, what came first, the status, the picture."""

from __future__ import annotations

from typing import Any

import pytest

from dashboard.access.principal import operator
from dashboard.actions.monitor import Models
from dashboard.actions.registry import run_action
from dashboard.lineage.facts import newest_checks
from dashboard.lineage.made_from import features_made_from
from dashboard.lineage.severities import Severities
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.lineage.conftest import World
from tests.lineage.events import card, column_lineage, dataset, event, schema

BY_HAND = operator("test")
TRAIN = "dataset:db/train"


def weighed(model: str, hour: float, **hour_facts: Any) -> dict[str, Any]:
    """A model that rests on `train`; its feature `hour` has a share of the importance."""
    features = {"hour": {"kind": "numeric", **hour_facts}, "carrier": {"kind": "categorical"}}
    version = {"version": "1", "training_data": "train", "importance": {"hour": hour, "carrier": 1 - hour}}
    return card(model, versions=[version], data={"features": features})


def failed(column: str | None, **told: Any) -> dict[str, Any]:
    one = {"assertion": "not_null", "success": False, **({"column": column} if column else {}), **told}
    return {"assertions": [one]}


def load(at: str, column: str | None, **told: Any) -> dict[str, Any]:
    """A run that writes `train`, a check of which failed; `hour` is made from `raw.stamp`."""
    made = column_lineage(hour=[("raw", "stamp", "DIRECT: TRANSFORMATION")])
    written = dataset("train", schema=schema("hour", "carrier"), columnLineage=made,
                      dataQualityAssertions=failed(column, **told))  # fmt: skip
    return event("load", at, reads=["raw"], writes=[written])


def said(world: World, model: str) -> dict[str, str]:
    """What each face says of the failed check."""
    run_action(world.store, "monitor", Models(), BY_HAND)

    def frame(name: str) -> Any:
        return run_view(world.store, name, Query(model=model), BY_HAND)

    status = frame("status").set_index("area")["status"]
    use, causes, faults = frame("data-use"), frame("causes"), frame("quality-faults")
    (check,) = newest_checks(world.store, world.graph(), [TRAIN])[TRAIN]
    return {
        "area": status["quality"],
        "checks": frame("quality")["status"].iloc[0],
        "faults": faults["status"].iloc[0],
        "use": use[use["dataset"] == "db/train"]["status"].iloc[0],
        "causes": causes[causes["lane"] == "upstream"]["status"].iloc[0],
        "picture": Severities(world.store, world.graph()).of(check),
    }


@pytest.mark.parametrize(
    ("told", "column", "hour", "required", "expected"),
    [
        ({}, "hour", 0.9, False, "alert"),
        ({}, "hour", 0.01, False, "warn"),
        ({}, "hour", 0.01, True, "alert"),
        ({"severity": "warn"}, "hour", 0.9, False, "warn"),
        ({"severity": "error"}, "hour", 0.01, False, "alert"),
        ({"severity": "loud"}, "hour", 0.01, False, "warn"),
        ({}, None, 0.9, False, "warn"),
        ({}, "unused", 0.9, False, "warn"),
    ],
)
def test_every_face_says_the_same(
    world: World, told: dict[str, Any], column: str | None, hour: float, required: bool, expected: str
) -> None:
    world.register(weighed("late", hour, required=required))
    world.send(load("2024-02-01", column, **told))
    assert set(said(world, "late").values()) == {expected}


def test_a_model_says_what_it_means_for_itself_and_the_portfolio_the_worst(world: World) -> None:
    world.register(weighed("late", 0.9), weighed("early", 0.01))
    world.send(load("2024-02-01", "hour"))
    late, early = said(world, "late"), said(world, "early")
    assert set(late.values()) == {"alert"}
    assert {face: status for face, status in early.items() if face != "picture"} == dict.fromkeys(
        ("area", "checks", "faults", "use", "causes"), "warn"
    )
    assert early["picture"] == "alert"


def test_a_raw_column_matters_where_a_feature_is_made_from_it(world: World) -> None:
    world.register(weighed("late", 0.9))
    told = {"dataQualityAssertions": failed("stamp")}
    world.send(load("2024-02-01", "carrier"), event("test", "2024-02-02", reads=[dataset("raw", inputFacets=told)]))
    graph = world.graph()
    assert features_made_from(graph, "dataset:db/raw", "stamp") == {"feature:late#hour"}
    assert features_made_from(graph, "dataset:db/raw", "other") == set()
    assert features_made_from(graph, "dataset:db/none", "stamp") == set()
    found = run_view(world.store, "quality", Query(model="late"), BY_HAND).set_index("source")
    assert found.loc["db/raw", ["feature", "status"]].tolist() == ["hour", "alert"]
    assert found.loc["db/train", ["feature", "status"]].tolist() == ["carrier", "alert"]


def test_a_check_that_passes_again_is_a_fault_that_is_over(world: World) -> None:
    world.register(weighed("late", 0.9))
    world.send(load("2024-02-01", "hour"), load("2024-02-02", "hour"))
    assert said(world, "late")["area"] == "alert"
    world.send(load("2024-02-04", "hour", success=True))
    run_action(world.store, "monitor", Models(), BY_HAND)
    status = run_view(world.store, "status", Query(model="late"), BY_HAND).set_index("area")["status"]
    assert status["quality"] == "unknown"
    (fault,) = run_view(world.store, "quality-faults", Query(model="late"), BY_HAND).to_dict("records")
    assert (fault["since"], fault["until"], fault["ongoing"], fault["state"]) == (
        "2024-02-01", "2024-02-02", False, "over",
    )  # fmt: skip
    assert (fault["feature"], fault["source"], fault["check"]) == ("hour", "db/train", "not_null")
