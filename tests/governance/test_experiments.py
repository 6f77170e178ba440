"""What was tried for a model: runs are recorded, added to and decided on; nothing said before is lost."""

from __future__ import annotations

import json

import pytest
from pydantic import ValidationError

from dashboard.access.principal import Principal
from dashboard.actions.experiments import SelectedRun, TriedRun
from dashboard.actions.registry import run_action
from dashboard.errors import InputRefusedError, NotFoundError
from dashboard.views.records import records
from tests.governance.conftest import History

PERSON = Principal("switcher:ada.frei", "ada.frei", frozenset({"data_scientist"}))


def shown(history: History, **asked: object) -> list[dict[str, object]]:
    return records(history.show("experiments", **asked))


def test_a_run_from_elsewhere_is_added_to_by_later_events(history: History) -> None:
    history.on("2024-05-01")
    history.card()
    first = {"run": "r-1", "hypothesis": "Deeper finds more", "parameters": {"depth": 6}, "source": "mlflow"}
    history.event("experiment", "2024-04-02T10:00:00Z", **first)
    history.event("experiment", "2024-04-03T10:00:00Z", run="r-2", metrics={"roc_auc": 0.7})
    history.on("2024-05-02")
    history.event("experiment", "2024-04-02T12:00:00Z", run="r-1", metrics={"roc_auc": 0.8}, parameters={"loss": "log"})
    history.on("2024-05-03")
    decided = {"selected": True, "reason": "Best", "person": "ada.frei", "version": "2"}
    history.event("experiment", "2024-05-03T09:00:00Z", run="r-1", **decided)
    second, one = shown(history)
    assert (second["run"], second["selected"], second["person"]) == ("r-2", None, None)
    assert one["started_at"] == "2024-04-02T10:00:00Z"
    assert json.loads(str(one["parameters"])) == {"depth": 6, "loss": "log"}
    assert json.loads(str(one["metrics"])) == {"roc_auc": 0.8}
    assert (one["hypothesis"], one["source"], one["version"]) == ("Deeper finds more", "mlflow", "2")
    assert (one["selected"], one["reason"], one["person"]) == (True, "Best", "ada.frei")
    assert shown(history, as_of="2024-05-02T23:00:00+00:00")[1]["selected"] is None


def test_selected_then_rejected_and_exactly_the_same_again_is_refused(history: History) -> None:
    history.on("2024-05-01")
    history.card()
    history.event("experiment", "2024-04-02T10:00:00Z", run="r-1")
    for rejected, reason in ((False, "Best"), (True, "Unfair to women")):
        act(history, SelectedRun(model="claims", experiment="r-1", reason=reason, rejected=rejected))
        assert (shown(history)[0]["selected"], shown(history)[0]["reason"]) == (not rejected, reason)
    with pytest.raises(InputRefusedError, match="already decided"):
        act(history, SelectedRun(model="claims", experiment="r-1", reason="Unfair to women", rejected=True))
    with pytest.raises(NotFoundError, match="known are 'r-1'"):
        act(history, SelectedRun(model="claims", experiment="r-9", reason="Best"))


def act(history: History, payload: SelectedRun | TriedRun) -> None:
    name = "select_experiment" if isinstance(payload, SelectedRun) else "record_experiment"
    run_action(history.store, name, payload, PERSON)


def test_settings_and_results_are_read_as_numbers_where_they_are(history: History) -> None:
    history.on("2024-05-01")
    history.card()
    settings = ("depth=6", "rate=0.1", "loss=log", "monotone=true", "note=a=b")
    act(history, TriedRun(model="claims", experiment="r", hypothesis="Why", parameters=settings, metrics=("auc=0.8",)))
    (row,) = shown(history)
    assert json.loads(str(row["parameters"])) == {
        "depth": 6, "rate": 0.1, "loss": "log", "monotone": True, "note": "a=b",
    }  # fmt: skip
    assert json.loads(str(row["metrics"])) == {"auc": 0.8}
    assert row["person"] == PERSON.person


@pytest.mark.parametrize("more", [{"parameters": ("depth",)}, {"parameters": ("=6",)}, {"metrics": ("auc=high",)}])
def test_refused(more: dict[str, tuple[str, ...]]) -> None:
    with pytest.raises(ValidationError, match="write it like"):
        TriedRun(model="claims", experiment="r", hypothesis="Why", **more)  # type: ignore[arg-type]
