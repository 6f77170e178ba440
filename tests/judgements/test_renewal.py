"""A model is judged again when something that it rests on changed, and only then."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date

import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.governance.judgements import judging
from dashboard.governance.judgements.registry import LANES, judgements_of, subjects_of
from dashboard.governance.judgements.renewal import PRESENT, Question, bring_up_to_date, find_stale
from dashboard.governance.situation.situation import Situation
from dashboard.store.judgement_bases import fact_counts
from dashboard.store.judgements import keep_judgements, list_questions, read_judgements
from dashboard.store.lineage import models_named, names_model
from dashboard.views.query import Query
from dashboard.views.registry import run_view
from tests.governance.conftest import History

ALL = {"claims", "loans", "offers"}
READER = operator("test")


def stale(history: History, question: Question = PRESENT) -> set[str]:
    return set(find_stale(history.store, question, "present").facts)


def everything_kept(history: History, question: Question = PRESENT) -> None:
    """What is kept is what somebody who judges from nothing says now."""
    situation = Situation(history.store, question.on, question.as_of)
    for lane in LANES:
        for subject in subjects_of(lane):
            kept = read_judgements(history.store, question.name, subject.name)
            fresh = [
                (model_id, one.content)
                for model_id in sorted(situation.cards)
                for one in judgements_of(situation, model_id, lane)
                if one.subject == subject.name
            ]
            assert kept == fresh, subject.name


def lineage_of(model: str) -> dict[str, object]:
    return {
        "eventType": "COMPLETE", "eventTime": "2024-04-30T00:00:00Z", "producer": "https://example.org",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
        "run": {"runId": "0190b6f1-0000-7000-8000-000000000001"}, "job": {"namespace": "jobs", "name": "score"},
        "inputs": [], "outputs": [{"namespace": "lake", "name": f"scores.{model}"}],
    }  # fmt: skip


def send_lineage(history: History) -> None:
    path = history.folder / "lineage.json"
    path.write_text(json.dumps(lineage_of("loans")), encoding="utf-8")
    run_action(history.store, "ingest_lineage", Files(files=(path,)), READER)


def edit_rules(history: History) -> None:
    path = history.store.home / "config" / "risk.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("evidence: {window_days: 17}\n", encoding="utf-8")


CHANGES: dict[str, tuple[Callable[[History], None], set[str]]] = {
    "an event": (lambda one: one.event("role", at="2024-04-30", role="deputy", person="ben"), {"claims"}),
    "a card": (lambda one: one.card("{accountable_executive: [ben]}", model="loans"), {"loans"}),
    "a new model": (lambda one: one.card("{}", model="zinc"), {"zinc"}),
    "a person of two models": (
        lambda one: one.people("people: [{id: anna, name: Anna Keller, team: desk, executive: true}]"),
        {"claims", "loans"},
    ),
    "a person who was named before anybody registered them": (
        lambda one: one.people("people: [{id: zoe, name: Zoe}]"),
        {"offers"},
    ),
    "a process": (lambda one: one.people("processes: [{id: intake, name: Intake, owner: carla}]"), {"offers"}),
    "somebody whom no model names": (lambda one: one.people("people: [{id: gina, name: Gina}]"), set()),
    "lineage that names a model": (send_lineage, {"loans"}),
    "the rules": (edit_rules, ALL),
    "the end of the day in Zurich": (lambda one: one.on("2024-05-01T22:30:00+00:00"), {"claims", "offers"}),
    "the end of the day in New York": (lambda one: one.on("2024-05-02T04:30:00+00:00"), ALL),
    "nothing": (lambda one: one.on("2024-05-01T21:59:00+00:00"), set()),
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_touches_its_models_alone(history: History, change: str) -> None:
    bring_up_to_date(history.store)
    bring_up_to_date(history.store, lane="history")
    assert stale(history) == set()
    do, touched = CHANGES[change]
    do(history)
    # Whoever's executives are not registered rests on whether anybody's are.
    assert stale(history) - touched <= ({"offers"} if "somebody" in change or "two models" in change else set())
    assert touched <= stale(history)
    bring_up_to_date(history.store)
    bring_up_to_date(history.store, lane="history")
    assert stale(history) == set()
    everything_kept(history)


def test_what_was_recorded_ahead_comes_to_pass(history: History) -> None:
    history.event("deployment", at="2024-05-01T15:00:00Z", version="1", environment_name="production")
    bring_up_to_date(history.store)
    history.on("2024-05-01T14:59:00+00:00")
    assert stale(history) == set()
    history.on("2024-05-01T15:00:00+00:00")
    assert stale(history) == {"claims"}


def test_a_past_day_is_judged_on_demand_and_kept(history: History) -> None:
    history.event("role", at="2024-03-01", role="data_scientist", person="carla")
    history.event("role", at="2024-04-10", role="deputy", person="ben")
    day = Question(date(2024, 4, 1))
    before = run_view(history.store, "gaps", Query(model="claims", on=day.on), READER)
    assert "no_deputy" in set(before["gap"])
    assert "no_deputy" not in set(run_view(history.store, "gaps", Query(model="claims"), READER)["gap"])
    # What counts over the portfolio asks about every model.
    assert stale(history, day) == set()
    bring_up_to_date(history.store, day)
    bring_up_to_date(history.store, day, "history")
    everything_kept(history, day)
    history.on("2024-06-01")
    assert stale(history, day) == set()


def test_only_the_latest_questions_about_the_past_are_kept(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dashboard.store.judgements.MOST_PAST", 2)
    bring_up_to_date(history.store)
    for number in (1, 2, 3, 4):
        history.on("2024-05-01", 12 + number)
        bring_up_to_date(history.store, Question(date(2024, 4, number)))
    assert set(list_questions(history.store)) == {"", "2024-04-03|", "2024-04-04|"}


def test_a_second_reader_judges_nothing(history: History, monkeypatch: pytest.MonkeyPatch) -> None:
    run_view(history.store, "gaps", Query(), READER)
    judged: list[str] = []
    monkeypatch.setattr(judging, "judgements_of", lambda situation, model_id, lane: judged.append(model_id) or [])
    for view in ("gaps", "desk", "models", "status", "risk", "sign-offs", "rules"):
        run_view(history.store, view, Query(), READER)
        run_view(history.store, view, Query(model="loans", language="de"), READER)
    assert judged == []
    history.event("usage", at="2024-04-30", consumer="desk", purpose="triage", calls=3)
    run_view(history.store, "gaps", Query(), READER)
    assert judged == ["claims"]


def test_of_a_model_that_a_reader_does_not_see_nothing_counts(history: History) -> None:
    for number in range(9):
        history.card("{accountable_executive: [ben]}", model=f"m{number}")
    frame = run_view(history.store, "gaps", Query(), READER)
    assert set(frame[frame["gap"] == "too_many_models"]["person"]) == {"ben"}
    narrow = replace(READER, models=frozenset({"m1", "m2", "claims"}))
    seen = run_view(history.store, "gaps", Query(), narrow)
    assert set(seen["model"]) == {"m1", "m2", "claims"}
    assert "too_many_models" not in set(seen["gap"])


@pytest.mark.parametrize("model", ["a", "a.b", "b", "a-b", "lake", "scores"])
@pytest.mark.parametrize("name", ["a", "x.a", "x/a.b", "x:b", "a-b", "x-a", "a "])
def test_models_named_by_lineage_are_those_that_it_names(model: str, name: str) -> None:
    text = json.dumps({"outputs": [{"namespace": "lake", "name": name}]}, separators=(",", ":"))
    assert (model in models_named(text, {model})) == names_model(text, model)


def test_what_an_undone_action_judged_is_judged_again(history: History) -> None:
    bring_up_to_date(history.store)
    history.event("usage", at="2024-04-30", consumer="desk", purpose="triage", calls=3)

    def ask_and_fail() -> None:
        assert len(run_view(history.store, "status", Query(model="claims"), READER))
        raise ValueError("undone")

    with pytest.raises(ValueError, match="undone"):
        history.store.writer.perform(ask_and_fail)
    assert len(run_view(history.store, "status", Query(model="claims"), READER))


def test_who_began_to_judge_earlier_does_not_undo_what_was_judged_later(history: History) -> None:
    """A worker that read the facts before somebody acted is done after them."""
    bring_up_to_date(history.store)
    early = find_stale(history.store, PRESENT, "present", "claims")
    facts = fact_counts(history.store, "claims")
    slow = list(judging.judge_models(history.store, PRESENT, "present", replace(early, facts=facts), ["claims"]))
    history.event("role", at="2024-04-30", role="deputy", person="ben")
    bring_up_to_date(history.store)
    wanted = read_judgements(history.store, "", "gap", "claims")
    keep_judgements(history.store, "", "present", slow, [subject.name for subject in subjects_of("present")])
    assert read_judgements(history.store, "", "gap", "claims") == wanted
    assert "no_deputy" not in str(wanted)
    assert "no_deputy" in str(slow)
