"""Views about single cases on a home with a real model: what they say is what the model does."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
import yaml

from dashboard.access.principal import Principal, operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.errors import ForbiddenError, InputRefusedError
from dashboard.explanations.sandbox.warm import end_warm_worker
from dashboard.store.engine.database import Store, open_store
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.explanations.material import KINDS, card, scored, stored_model

ME = operator("tester")
OLDER = {"feature": "age", "direction": "up", "effect": "not_down", "bound": 0.02}
RICHER = {"feature": "income", "direction": "up", "effect": "not_down"}


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory, boosting: Any) -> Iterator[tuple[Store, pd.DataFrame]]:
    """400 scored cases with outcomes, monitored; age and country are changeable."""
    folder: Path = tmp_path_factory.mktemp("cases")
    path, digest = stored_model(boosting, folder)
    content = card(artifact=path.name, artifact_sha256=digest).model_dump(
        mode="json", by_alias=True, exclude_unset=True
    )
    for name in ("age", "country"):
        content["data"]["features"][name]["changeable"] = True
    content["expectations"] = [OLDER, RICHER]
    content["business"] = {"value": {"currency": "EUR", "outcomes": {"true_positive": 5, "false_negative": -40}}}
    (folder / "card.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    opened = open_store(folder / "home")
    run_action(opened, "register", Files(files=(folder / "card.yaml",)), ME)
    rows = scored(boosting)
    rows.to_parquet(folder / "rows.parquet", index=False)
    run_action(opened, "ingest_predictions", Delivery(model="lateness", files=(folder / "rows.parquet",)), ME)
    run_action(opened, "monitor", Models(models=("lateness",)), ME)
    yield opened, rows.set_index("id")
    opened.close()
    end_warm_worker()


def ask(store: Store, name: str, **options: Any) -> pd.DataFrame:
    return run_view(store, name, Query(model="lateness", **options), ME)


def test_picks_are_those_of_the_whole_log(home) -> None:
    store, rows = home
    found = ask(store, "picks").set_index("pick")["prediction"]
    score, late = rows["score"], rows["late"]
    assert abs(score[found["typical"]] - score.median()) == abs(score - score.median()).min()
    assert abs(score[found["borderline"]] - 0.5) == abs(score - 0.5).min()
    wrong = (score >= 0.5) != (late == 1)
    assert abs(score - late)[found["wrong"]] == abs(score - late)[wrong].max()
    missed = rows[(score < 0.5) & (late == 1)]
    assert found["costliest"] == missed.sort_values("at").index[-1]
    assert ask(store, "picks").equals(ask(store, "picks"))


def test_what_if_is_what_the_model_says(home, boosting) -> None:
    store, rows = home
    case = rows.index[3]
    found = ask(store, "what-if", prediction=case, changes=(("age", "70"), ("country", "FR"))).set_index("feature")
    changed = rows.loc[[case], list(KINDS)].assign(age=70.0, country="FR")
    head = found.loc["(score)"]
    assert head["contribution"] == pytest.approx(rows.loc[case, "score"])
    assert head["contribution_after"] == pytest.approx(boosting.predict_proba(changed)[0, 1])
    features = found.drop(index=["(score)", "(base)"])
    raw = float(np.log(head["contribution_after"] / (1 - head["contribution_after"])))
    assert features["contribution_after"].sum() + found.loc["(base)", "contribution_after"] == pytest.approx(raw)
    assert list(found.index[found["outside"].eq(True)]) == []
    far = ask(store, "what-if", prediction=case, changes=(("age", "300"),)).set_index("feature")
    assert far.loc["age", "outside"] is True


@pytest.mark.parametrize(
    ("changes", "said"),
    [((("agee", "1"),), "did you mean 'age'"), ((("age", "old"),), "allowed is a number")],
)
def test_what_cannot_be_changed_is_refused_with_a_hint(home, changes, said) -> None:
    store, rows = home
    with pytest.raises(InputRefusedError, match=said):
        ask(store, "what-if", prediction=rows.index[0], changes=changes)


def test_flips_turn_the_decision_of_the_model(home, boosting) -> None:
    store, rows = home
    case = str(ask(store, "picks").set_index("pick")["prediction"]["borderline"])
    found = ask(store, "flips", prediction=case)
    assert found["flip"].notna().all()
    assert set(found["feature"]) <= {"age", "country"}
    own = rows.loc[case, "score"] >= 0.5
    for _, way in found.groupby("flip"):
        assert (float(way["score"].iloc[0]) >= 0.5) != own
        assert way["distance"].between(0, 2).all()


def test_words_agree_with_the_contributions(home) -> None:
    store, rows = home
    case = rows.index[10]
    amounts = ask(store, "explain", prediction=case).set_index("feature")["contribution"].drop("(base)")
    sign = 1 if rows.loc[case, "score"] >= 0.5 else -1
    strongest = (amounts * sign).idxmax()
    words = ask(store, "words", prediction=case).set_index("telling")["text"]
    assert f"The {strongest} (" in "\n".join(words["manager"])
    german = ask(store, "words", prediction=case, language="de").set_index("telling")["text"]
    assert f"Merkmal {strongest} (" in "\n".join(german["manager"])


def test_similar_cases_are_other_ones_with_outcomes_nearest_first(home) -> None:
    store, rows = home
    case = rows.index[20]
    found = ask(store, "similar", prediction=case)
    assert len(found) == 5
    assert case not in set(found["prediction"])
    assert list(found["distance"]) == sorted(found["distance"])
    assert found["actual"].notna().all()
    same_country = rows.loc[found["prediction"], "country"] == rows.loc[case, "country"]
    assert same_country.mean() > 0.5


def test_cases_are_those_of_a_group(home) -> None:
    store, rows = home
    found = ask(store, "cases", segment=("country", "FR"))
    assert set(rows.loc[found["prediction"], "country"]) == {"FR"}
    assert len(found) == min(100, int((rows["country"] == "FR").sum()))


def test_monitor_checks_expectations_with_the_model_file(home, boosting) -> None:
    store, rows = home
    found = ask(store, "expectations").set_index("feature")
    assert set(found["period"]) == {"2026-01"}
    assert found.loc["income", "status"] == "alert"
    assert found.loc["age", "violated"] < found.loc["income", "violated"]
    listed = ask(store, "violations")
    one = listed[listed["feature"] == "income"].iloc[0]
    case = rows.loc[[one["prediction"]], list(KINDS)]
    assert one["score"] == pytest.approx(boosting.predict_proba(case)[0, 1])
    assert one["changed"] < one["score"]


def test_single_cases_are_not_for_every_role(home) -> None:
    store, rows = home
    stakeholder = Principal("somebody", roles=frozenset({"business_stakeholder"}))
    for name in ("words", "what-if", "flips", "similar", "cases", "picks", "violations"):
        with pytest.raises(ForbiddenError):
            run_view(store, name, Query(model="lateness", prediction=rows.index[0]), stakeholder)
