"""A big made-up portfolio: `python -m tests.demo.thousand_models FOLDER [--count 1000]`.

It writes cards and tiny prediction files. These models teach nothing; they show that pages and commands stay quick with
many of them, in every state that a model can be in. The same count gives the same files.
"""

import argparse
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import numpy as np
import pandas as pd
import yaml

MONTHS = pd.date_range("2026-01-01", "2026-10-01", freq="MS", tz="UTC")
REFERENCE_MONTHS = 4
ROWS_PER_MONTH = 60
REGIONS = ("north", "south", "east", "west")
CLASSES = ("low", "middle", "high")
SUBJECTS = ("Churn", "Demand", "Fraud", "Price", "Delay", "Claim", "Credit", "Energy", "Stock", "Visit")
PROCESSES = ("sales", "purchasing", "logistics", "finance", "service", "production", "claims")
PEOPLE = 120
NEXT_REVIEW = "2027-03-31"
FIRST_DEPLOYED = date(2025, 11, 3)
STEPS = ("design", "data", "evaluation", "deployment")
RISKS = ("outage", "wrong_predictions", "degradation", "knowledge_loss")
ACTIVITIES = ("trained", "repaired", "reviewed", "reproduced")
TASKS = ("binary_classification", "regression", "multiclass_classification")
LIMITS = {
    "binary_classification": {"metric": "roc_auc", "target": 0.75, "limit": 0.65},
    "regression": {"metric": "mae", "target": 1.2, "limit": 2.0},
    "multiclass_classification": {"metric": "accuracy", "target": 0.7, "limit": 0.55},
}


@dataclass(frozen=True)
class Made:
    """Where the files of the portfolio are; models without predictions have no file."""

    cards: list[Path]
    people: Path
    events: Path
    predictions: dict[str, Path]
    states: dict[str, str]


def healthy(log: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """Nothing happens."""
    return log


def drifted(log: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """The feature that matters moves by two standard deviations after the reference."""
    log.loc[later, "amount"] += 2.0
    return log


def declined(log: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """After the reference, labels have nothing to do with the predictions any more."""
    shuffled = log.loc[later, "outcome"].sample(frac=1, random_state=1)
    log.loc[later, "outcome"] = shuffled.to_numpy()
    if log["outcome"].dtype == float:
        log.loc[later, "outcome"] += 5.0
    return log


def unlabelled(log: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """Labels stopped after the reference."""
    return log.assign(outcome=log["outcome"].where(~later))


def silent(log: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """Predictions stopped after the reference."""
    return log[~later]


def never_scored(log: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """Registered, and not one prediction."""
    return log[:0]


def one_class(log: pd.DataFrame, later: pd.Series) -> pd.DataFrame:
    """All labels after the reference are the same."""
    log.loc[later, "outcome"] = log["outcome"].iloc[0]
    return log


STATES: dict[str, Callable[[pd.DataFrame, pd.Series], pd.DataFrame]] = {
    state.__name__: state for state in (healthy, drifted, declined, unlabelled, silent, never_scored, one_class)
}


def write_portfolio(folder: Path, count: int = 1000) -> Made:
    """Write `count` models in all states and all tasks in turn."""
    for part in ("cards", "predictions"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    cards: list[Path] = []
    predictions: dict[str, Path] = {}
    states: dict[str, str] = {}
    for number in range(count):
        card = made_card(number)
        path = folder / "cards" / f"{card['id']}.yaml"
        path.write_text(yaml.safe_dump(card, allow_unicode=True, sort_keys=False), encoding="utf-8")
        cards.append(path)
        states[card["id"]] = state = list(STATES)[number % len(STATES)]
        log = made_log(number, card["task"], state)
        if len(log):
            predictions[card["id"]] = folder / "predictions" / f"{card['id']}.parquet"
            log.to_parquet(predictions[card["id"]], index=False)
    people = folder / "people.yaml"
    people.write_text(yaml.safe_dump(made_organisation(), allow_unicode=True, sort_keys=False), encoding="utf-8")
    events = folder / "events.jsonl"
    told = (json.dumps(event) for number in range(count) for event in made_events(number))
    events.write_text("".join(f"{line}\n" for line in told), encoding="utf-8")
    return Made(cards, people, events, predictions, states)


def made_card(number: int) -> dict:
    """The card of model `number`; every fifth is bare: only what a card must have."""
    task = TASKS[number % len(TASKS)]
    subject = SUBJECTS[number % len(SUBJECTS)]
    data = {
        "prediction_id": "row_id",
        "predicted_at": "made_at",
        "score": "score",
        "actual": "outcome",
        "features": {"amount": {"kind": "numeric", "unit": "EUR"}, "region": {"kind": "categorical"}},
        "reference": {"from": "2026-01-01", "to": "2026-04-30"},
    }
    version = {"version": "1", "algorithm": "made up", "importance": {"amount": 0.9, "region": 0.1}}
    card = {"id": f"model-{number:04d}", "name": f"{subject} forecast {number}", "task": task, "period": "month"}
    if number % 5:
        card |= _governance(number, task)
        data["segments"] = ["region"]
    return card | {"versions": [version], "data": data}


def made_log(number: int, task: str, state: str) -> pd.DataFrame:
    """Prediction rows of ten months in a state; numpy's generator is seeded with the model's number."""
    rng = np.random.default_rng(number)
    rows = ROWS_PER_MONTH * len(MONTHS)
    made_at = np.repeat(MONTHS, ROWS_PER_MONTH) + pd.to_timedelta(rng.integers(0, 27 * 24 * 60, rows), unit="m")
    amount = rng.normal(0, 1, rows)
    log = pd.DataFrame(
        {"row_id": np.arange(rows), "made_at": made_at, "amount": amount, "region": rng.choice(REGIONS, rows)}
    )
    score, outcome = _scored(task, amount, rng)
    log["score"], log["outcome"] = score, outcome
    later = log["made_at"] >= MONTHS[REFERENCE_MONTHS]
    return STATES[state](log, later)


def made_organisation() -> dict:
    """People, teams and processes; every tenth person has left."""
    people = [
        {
            "id": f"person.{number:03d}",
            "name": f"Person {number:03d}",
            "team": f"team-{number % 12}",
            "executive": number % 4 == 0,
        }
        | ({"to": datetime(2026, 6, 30, tzinfo=UTC).date()} if number % 10 == 9 else {})
        for number in range(PEOPLE)
    ]
    teams = [{"id": f"team-{number}", "name": f"Team {number}", "lead": f"person.{number:03d}"} for number in range(12)]
    processes = [{"id": name, "name": name.capitalize(), "owner": "person.000"} for name in PROCESSES]
    return {"people": people, "teams": teams, "processes": processes}


def made_events(number: int) -> Iterator[dict]:
    """What happened around model `number`: nothing around a bare one, else work, tests, uses, decisions and ratings."""
    if number % 5 == 0:
        return
    begun = FIRST_DEPLOYED + timedelta(days=number % 30)

    def event(kind: str, days: int, **values: object) -> dict:
        at = (begun + timedelta(days=days)).isoformat()
        return {"kind": kind, "model": f"model-{number:04d}", "at": at, "known_at": at, **values}

    libraries = {"scikit-learn": "1.8.0" if number % 4 else "1.7.2"}
    yield event("deployment", 0, version="1", environment_name="production", environment=libraries)
    for place, activity in enumerate(ACTIVITIES[: 1 + number % 4]):
        yield event("work", 60 * place, person=_person(number + place), activity=activity)
    for place in range(number % 3):
        yield event("test_run", 90 * place, suite="checks", passed=20, failed=place)
        yield event("usage", 30 + 90 * place, consumer="planning", purpose=f"use {place}", calls=100 + number)
    for place, step in enumerate(STEPS[: number % 5]):
        yield event("sign_off", place - 9, step=step, person=_person(number), decision="approve")
    for place, risk in enumerate(RISKS[: number % 4]):
        yield event("risk", 30 * place, risk=risk, likelihood=1 + number % 5, impact=2, person=_person(number))
    if number % 11 == 0:
        yield event("incident", 100, severity=3, cause="made up")
    if number % 7 == 0:
        values = {"role": "accountable_executive", "person": _person(number + 5), "reason": "handed over"}
        yield event("role", 200, **values)


def _person(number: int) -> str:
    return f"person.{number % PEOPLE:03d}"


def _governance(number: int, task: str) -> dict:
    person = _person(number)
    risk = {"likelihood": 1 + number % 5, "impact": 1 + number // 5 % 5, "owner": person, "next_review": NEXT_REVIEW}
    return {
        "status": ("production", "production", "production", "validation", "development", "retired")[number % 6],
        "business": {"process": PROCESSES[number % len(PROCESSES)], "key_metrics": [LIMITS[task]]},
        "roles": {
            "accountable_executive": [person],
            "deputy": [_person(number + 7)] if number % 3 else [],
            "data_scientist": [_person(number + 11)],
            "ml_engineer": [_person(number + 13)] if number % 2 else [],
            "business_stakeholder": [_person(number + 17)] if number % 4 else [],
        },
        "risks": {"outage": risk, "degradation": dict(risk)},
    }


def _scored(task: str, amount: np.ndarray, rng: np.random.Generator) -> tuple[np.ndarray, np.ndarray]:
    if task == "regression":
        return 3 * amount, 3 * amount + rng.normal(0, 1, len(amount))
    if task == "multiclass_classification":
        place = np.digitize(amount, [-0.5, 0.5])
        wrong = rng.random(len(amount)) < 0.2
        names = np.array(CLASSES)
        return names[place], names[np.where(wrong, (place + 1) % 3, place)]
    chance = 1 / (1 + np.exp(-2 * amount))
    return chance, (rng.random(len(amount)) < chance).astype(int)


def main() -> None:
    """Read the command line and write the portfolio."""
    parser = argparse.ArgumentParser(description="Write a big made-up portfolio.")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--count", type=int, default=1000)
    chosen = parser.parse_args()
    write_portfolio(chosen.folder, chosen.count)


if __name__ == "__main__":
    main()
