"""What features bring, cost and share, and what may have been made twice, in portfolios made by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from hypothesis import given, strategies as st

from dashboard.access.principal import Principal, operator
from dashboard.errors import NotFoundError
from dashboard.lineage.feature_sources import Sharing
from dashboard.schema.access import EVERYBODY
from dashboard.views import features as features_view
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.lineage.conftest import World
from tests.lineage.events import Event, card, column_lineage, dataset, event, schema

BY = operator("test")
COPY = "DIRECT: IDENTITY"


def model(name: str, features: dict[str, str], **parts: Any) -> Event:
    """A model that was trained on the table of its name, with features by kind."""
    data = {"features": {feature: {"kind": kind} for feature, kind in features.items()}}
    return card(name, versions=[{"version": "1", "training_data": f"train-{name}"}], data=data, **parts)


def made(name: str, *, team: str | None = None, reads: str = "raw", **columns: Any) -> Event:
    """A job that makes the training data of a model from columns of tables."""
    owner = {"ownership": {"owners": [{"name": team}]}} if team else None
    facets = {"schema": schema(*columns), "columnLineage": column_lineage(**columns)}
    return event(f"make-{name}", "2024-01-05", reads=[reads], writes=[dataset(f"train-{name}", **facets)],
                 job_facets=owner)  # fmt: skip


def told(world: World, view: str, name: str | None = None, reader: Principal = BY) -> pd.DataFrame:
    return run_view(world.store, view, Query(model=name), reader)


def pairs(world: World, kind: str, name: str | None = None) -> set[tuple[str, ...]]:
    """What is told as made twice: both sides and how sure."""
    frame = told(world, "doubles", name)
    frame = frame[frame["kind"] == kind].fillna("")
    return set(frame[["model", "item", "other_model", "other", "sure"]].itertuples(index=False, name=None))


def test_worth_and_care_of_features(world: World) -> None:
    dear = {
        "temp": {"kind": "numeric", "cost_per_month": 200, "personal_data": False},
        "age": {"kind": "numeric", "cost_per_month": 50, "personal_data": True},
        "free": {"kind": "numeric", "cost_per_month": 0},
        "unpriced": {"kind": "numeric"},
        "unweighed": {"kind": "numeric", "cost_per_month": 900},
    }
    one = card(
        "one", data={"features": dear}, business={"value": {"currency": "CHF"}},
        versions=[{"version": "1", "training_data": "train-one",
                   "importance": {"temp": 0.004, "age": 0.994, "free": 0.001, "unpriced": 0.001}}],
    )  # fmt: skip
    owned = dataset("weather", ownership={"owners": [{"name": "team:weather"}]})
    columns = schema(*dear)
    lineage = column_lineage(temp=[("weather", "t")], age=[("people", "born")])
    world.register(one)
    world.send(event("make", "2024-01-05", reads=[owned, "people"],
                     writes=[dataset("train-one", schema=columns, columnLineage=lineage)]))  # fmt: skip
    frame = told(world, "features").set_index("feature")
    assert list(frame.index) == ["temp", "unweighed", "age", "free", "unpriced"]
    asked = {feature: None if pd.isna(value) else value for feature, value in frame["questionable"].items()}
    # Only where both are known, the cost is more than nought, and the importance is below the stated share.
    assert asked == {"temp": True, "unweighed": None, "age": False, "free": False, "unpriced": None}
    assert frame.loc["temp", "reason"] == (
        "It costs 200 CHF per month and holds 0.4% of the importance, less than 1.0%: ask whether the model needs it."
    )
    assert frame["reason"].notna().sum() == 1
    assert (frame.loc["temp", "care"], frame.loc["temp", "sources"]) == ("team:weather", "db/weather#t")
    assert pd.isna(frame.loc["age", "care"])
    assert frame.loc["age", "personal_data"] is True
    assert pd.isna(frame.loc["free", "personal_data"])
    assert set(frame["faults"]) == {0}


def test_the_card_says_from_which_importance_on(world: World) -> None:
    features = {"temp": {"kind": "numeric", "cost_per_month": 5}, "hour": {"kind": "numeric"}}
    versions = [{"version": "1", "importance": {"temp": 0.2, "hour": 0.8}}]
    monitoring = {"features": {"little_importance": 0.3}}
    world.register(card("one", data={"features": features}, versions=versions, monitoring=monitoring))
    frame = told(world, "features", "one").set_index("feature")
    assert frame.loc["temp", "questionable"] is True
    assert pd.isna(frame.loc["temp", "currency"])


def test_models_share_by_columns_before_names(world: World) -> None:
    world.register(
        model("a", {"age": "numeric", "city": "categorical", "size": "numeric"}),
        model("b", {"years": "numeric", "city": "categorical"}),
        model("c", {"size": "numeric", "city": "numeric"}),
    )
    world.send(
        made("a", age=[("raw", "born")], city=[("raw", "place")]),
        made("b", years=[("raw", "born")], city=[("other", "town")]),
    )
    frame = told(world, "features").set_index(["model", "feature"])
    shared = {key: (row["shared_with"], row["shared_by"]) for key, row in frame.iterrows() if row["shared_with"]}
    assert shared == {
        ("a", "age"): ("b", "columns"),
        ("b", "years"): ("a", "columns"),
        # Both cities come from known columns, and those differ; the third city has another kind.
        ("a", "size"): ("c", "name"),
        ("c", "size"): ("a", "name"),
    }
    assert set(told(world, "features", "b")["model"]) == {"b"}
    assert dict(frame["shared_models"]) == {key: 1 if key in shared else 0 for key in frame.index}


def test_of_many_models_that_share_a_feature_the_first_are_named(world: World) -> None:
    names = [f"m{number:02}" for number in range(23)]
    world.register(*(model(name, {"age": "numeric"}) for name in names))
    row = told(world, "features").iloc[0]
    assert (row["model"], row["shared_models"]) == ("m00", 22)
    assert row["shared_with"].split(", ") == names[1:21]


def test_one_feature_is_shared_by_columns_and_by_name(world: World) -> None:
    world.register(*(model(name, {"age": "numeric"}) for name in "zbc"))
    world.send(made("z", age=[("raw", "born")]), made("b", age=[("raw", "born")]))
    frame = told(world, "features").set_index("model")
    assert dict(frame["shared_with"]) == {"z": "b, c", "b": "z, c", "c": "b, z"}
    assert dict(frame["shared_by"]) == {"z": "both", "b": "both", "c": "name"}


@given(st.sets(st.sampled_from("abcd")), st.sets(st.sampled_from("abcd")))
def test_others_are_counted_as_they_are_listed(columns: set[str], names: set[str]) -> None:
    sharing = Sharing(dict.fromkeys(sorted(columns)), dict.fromkeys(sorted(names)))
    for model_id in "abcde":
        others = (columns | names) - {model_id}
        assert sharing.number(model_id) == len(list(sharing.others(model_id))) == len(others)
        by_columns = bool(columns - {model_id})
        expected = "both" if others - columns else "columns"
        assert sharing.known_by(model_id) == (expected if by_columns else "name" if others else None)


def test_features_made_twice(world: World) -> None:
    numbers = {"age": "numeric"}
    world.register(
        model("a", numbers), model("b", numbers), model("c", {"years": "numeric"}), model("d", {"lifetime": "numeric"}),
        model("e", numbers), model("f", {"age": "categorical"}),
    )  # fmt: skip
    world.send(
        made("a", age=[("raw", "born")]),
        made("b", age=[("raw", "born")]),
        made("c", years=[("raw", "born")]),
        made("d", lifetime=[("raw", "died")]),
        made("e", age=[("other", "age")]),
    )
    assert pairs(world, "feature") == {
        ("a", "age", "b", "age", "likely"),
        ("a", "age", "c", "years", "possible"),
        ("a", "age", "e", "age", "possible"),
    }
    reasons = dict(zip(told(world, "doubles")["other_model"], told(world, "doubles")["reason"], strict=True))
    assert "db/raw#born" in reasons["b"]
    assert "may be the same" in reasons["c"]
    assert "come from different columns" in reasons["e"]
    assert pairs(world, "feature", "c") == {("a", "age", "c", "years", "possible")}


def test_copies_are_certain_and_one_column_read_by_two_is_no_double(world: World) -> None:
    world.register(
        model("a", {"age": "numeric"}), model("b", {"years": "numeric"}),
        card("c", versions=[{"version": "1", "training_data": "train-a"}],
             data={"features": {"age": {"kind": "numeric"}}}),
    )  # fmt: skip
    world.send(made("a", age=[("raw", "age", COPY)]), made("b", years=[("raw", "age", COPY)]))
    assert pairs(world, "feature") == {("a", "age", "b", "years", "certain")}
    shared = told(world, "features").set_index("model")["shared_with"]
    assert dict(shared) == {"a": "b, c", "b": "a, c", "c": "a, b"}


def test_names_that_one_model_tells_apart_are_no_doubles(world: World) -> None:
    both = {"month": "numeric", "weekday": "numeric"}
    world.register(model("a", both), model("b", {"weekday": "numeric"}))
    day = [("raw", "day")]
    world.send(made("a", month=day, weekday=day), made("b", weekday=day))
    assert pairs(world, "feature") == {("a", "weekday", "b", "weekday", "likely")}


def test_where_columns_are_not_known_a_name_alone_may_be_the_same(world: World) -> None:
    world.register(model("a", {"age": "numeric"}), model("b", {"AGE": "numeric"}), model("c", {"age": "categorical"}))
    assert pairs(world, "feature") == {("a", "age", "b", "AGE", "possible")}
    assert told(world, "doubles")["reason"][0].endswith("They may be the same.")


def test_tables_made_twice(world: World) -> None:
    world.register(model("a", {"x": "numeric"}), model("b", {"x": "numeric"}))
    x, y = [("raw", "x")], [("raw", "y")]
    world.send(
        made("a", team="risk", x=x),
        made("b", team="claims", x=x),
        made("c", team="risk", z=x),
        made("d", team="risk", y=y),
        # A copy of a table is made from it.
        made("e", team="ops", reads="train-a", x=[("train-a", "x")]),
    )
    assert pairs(world, "dataset") == {("", "db/train-a", "", "db/train-b", "likely")}
    world.send(made("f", team="sales", reads="elsewhere", w=x))
    # Another team, other names, the same columns; the same team (train-c) has its reasons.
    assert ("", "db/train-a", "", "db/train-f", "possible") in pairs(world, "dataset")
    assert pairs(world, "dataset", "b") == {("", "db/train-a", "", "db/train-b", "likely")}


def test_what_competing_models_write_is_not_made_twice(world: World) -> None:
    world.register(model("a", {"x": "numeric"}), model("b", {"x": "numeric"}))
    written = {name: dataset(f"scores-{name}", schema=schema("id", "score")) for name in "ab"}
    for name, table in written.items():
        world.send(event(f"score.{name}", "2024-02-01", reads=["today"], writes=[table]))
    assert pairs(world, "dataset") == set()


def test_a_feature_store_is_hinted_at_from_a_size_on(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    assert told(world, "feature-store").empty
    world.register(*(model(name, {"age": "numeric", f"own_{name}": "numeric"}) for name in "abc"))
    world.send(made("a", age=[("raw", "born")]), made("b", age=[("raw", "born")]))
    row = told(world, "feature-store").iloc[0]
    assert (row["models"], row["features"], row["shared"], row["shared_by_name"], row["hint"]) == (3, 6, 1, 0, False)
    limits = features_view.load_thresholds()
    small = limits.model_copy(update={"features": limits.features.model_copy(
        update={"store_models": 3, "store_shared": 1})})  # fmt: skip
    monkeypatch.setattr(features_view, "load_thresholds", lambda: small)
    row = told(world, "feature-store").iloc[0]
    assert row["hint"] is True or row["hint"] == True  # noqa: E712 - numpy's
    assert row["reason"].startswith("6 features of 3 models; used by several models: 1, of these")


def test_readers_learn_nothing_of_models_that_they_do_not_see(world: World, tmp_path: Path) -> None:
    world.register(model("a", {"age": "numeric"}), model("b", {"age": "numeric"}))
    world.send(made("a", age=[("raw", "born")]), made("b", age=[("raw", "born")]))
    part = Principal("x", roles=EVERYBODY, models=frozenset({"a"}))
    assert list(told(world, "features", reader=part)["model"]) == ["a"]
    assert told(world, "features", reader=part)["shared_with"].isna().all()
    assert told(world, "doubles", reader=part).empty
    assert told(world, "feature-store", reader=part)["models"][0] == 1
    with pytest.raises(NotFoundError):
        told(world, "features", "b", part)
