"""A home in which every text of people and programs is an attack: cards, people, events, rows, names of columns."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from pydantic import BaseModel

from dashboard.access.principal import Principal, operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.errors import DashboardError
from dashboard.schema.access import EVERYBODY
from dashboard.store.engine.database import open_store
from tests.examples import RUN, example_of, with_example
from tests.hostile.corpus import SCRIPTS

LONGEST_LABEL = 200
KEPT = {
    "id",
    "model",
    "models",
    "person",
    "role",
    "kind",
    "area",
    "scopes",
    "files",
    "risk",
    "step",
    "decision",
    "alert",
}


def packed(texts: Sequence[str], most: int = LONGEST_LABEL) -> list[str]:
    """The texts put together into as few as possible of at most `most` characters."""
    found = [""]
    for text in texts:
        if len(found[-1]) + len(text) + 1 > most:
            found.append("")
        found[-1] = f"{found[-1]} {text}".strip()
    return found


NAMES = packed([script for script in SCRIPTS if len(script) < LONGEST_LABEL])
EVERYTHING = "\n".join(SCRIPTS)


def turn(start: int) -> Iterator[str]:
    """The packed payloads again and again, beginning at one of them."""
    while True:
        yield NAMES[start % len(NAMES)]
        start += 1


def card(number: int) -> dict[str, Any]:
    """A model of which every free text is an attack; its columns and groups are, too."""
    told = turn(number)
    features = [next(told), next(told)]
    return {
        "id": f"m{number}",
        "name": {"en": next(told), "de": next(told)},
        "summary": EVERYTHING,
        "status": "production",
        "task": "binary_classification",
        "period": "month",
        "business": {
            "process": "poisoned",
            "question": EVERYTHING,
            "purposes": NAMES,
            "key_metrics": [{"metric": "accuracy", "target": 0.99, "limit": 0.98}],
        },
        "roles": {"accountable_executive": [f"p{number}"], "deputy": ["nobody-known"]},
        "risks": {"outage": {"likelihood": 5, "impact": 5, "owner": f"p{number}", "mitigation": EVERYTHING}},
        "versions": [{
            "version": next(told)[:100].strip(), "algorithm": next(told), "code_revision": next(told),
            "training_data": next(told), "environment": {next(told): next(told)},
            "importance": {features[0]: 0.5, features[1]: 0.5},
        }],
        "data": {
            "prediction_id": "id", "predicted_at": "at", "score": "p", "actual": "y",
            "features": {features[0]: {"kind": "categorical", "label": next(told)},
                         features[1]: {"kind": "numeric", "label": next(told), "unit": next(told)}},
            "segments": [features[0]],
            "reference": {"from": "2024-01-01", "to": "2024-02-29"},
        },
    }  # fmt: skip


def rows(told: dict[str, Any], number: int = 300) -> pd.DataFrame:
    """Predictions whose groups are attacks and whose features have moved, so that sentences name them."""
    chance = np.random.default_rng(1)
    group, size = told["data"]["features"]
    late = np.arange(number) > number // 2
    return pd.DataFrame({
        "id": [f"<i>{place}" for place in range(number)],
        "at": [datetime(2024, 1, 1) + timedelta(hours=8 * place) for place in range(number)],
        "p": chance.random(number), "y": chance.integers(0, 2, number),
        group: np.where(late, chance.choice(NAMES[:3], number), chance.choice(NAMES[3:6], number)),
        size: chance.normal(size=number) + 5 * late,
    })  # fmt: skip


def events(model: str, version: str) -> list[dict[str, Any]]:
    day = {"model": model, "at": "2024-03-01"}
    return [
        *({**day, "kind": "incident", "severity": 3, "cause": text, "person": "p0"} for text in NAMES),
        {**day, "kind": "incident", "severity": 5, "cause": EVERYTHING},
        *({**day, "kind": "usage", "consumer": text, "purpose": text, "calls": 3} for text in NAMES),
        {**day, "kind": "deployment", "version": version, "environment_name": NAMES[0],
    "environment": {NAMES[1]: NAMES[2]}},
        {**day, "kind": "test_run", "suite": NAMES[3], "passed": 1, "failed": 1},
        {**day, "kind": "quality", "dataset": NAMES[4], "column": NAMES[5], "check": NAMES[6],
    "dimension": "completeness",
         "passed": False, "observed": EVERYTHING, "expected": NAMES[7]},
        {**day, "kind": "risk", "risk": "degradation", "likelihood": 5, "impact": 5, "mitigation": EVERYTHING,
    "person": "p0"},
        {**day, "kind": "sign_off", "step": "review", "person": "p0", "decision": "conditions", "reason": EVERYTHING},
        {**day, "kind": "role", "role": "data_scientist", "person": "p0"},
    ]  # fmt: skip


def people(number: int) -> dict[str, Any]:
    return {
        "people": [
            {"id": f"p{place}", "name": NAMES[place % len(NAMES)], "team": "poisoned"} for place in range(number)
        ],
        "teams": [{"id": "poisoned", "name": NAMES[2], "lead": "p0"}],
        "processes": [{"id": "poisoned", "name": NAMES[3], "owner": "p1", "fallback": EVERYTHING}],
    }


def poison(home: Path, folder: Path, models: int) -> list[str]:
    """Build the home and return its models."""
    store, anna = open_store(home), Principal("page:<script>window.XSS=1</script>", "p0", EVERYBODY)
    told = [card(number) for number in range(models)]
    (folder / "people.yaml").write_text(json.dumps(people(max(models, 2))), encoding="utf-8")
    paths = [folder / "people.yaml"]
    for value in told:
        paths.append(folder / f"{value['id']}.yaml")
        paths[-1].write_text(json.dumps(value), encoding="utf-8")
    # Who may decide all of it, under a hostile name.
    loader = operator("page:<script>window.XSS=1</script>")
    run_action(store, "register", Files(files=tuple(paths)), loader)
    for value in told:
        path = folder / "rows <img src=x onerror=window.XSS=1>.parquet"
        rows(value).to_parquet(path, index=False)
        run_action(store, "ingest_predictions", Delivery(model=value["id"], files=(path,)), anna)
        lines = [json.dumps(event) for event in events(value["id"], value["versions"][0]["version"])]
        (folder / "events.jsonl").write_text("\n".join(lines), encoding="utf-8")
        run_action(store, "ingest_events", Files(files=(folder / "events.jsonl",)), loader)
    runs = [{**RUN, "job": {"namespace": text, "name": text}, "producer": text} for text in NAMES]
    (folder / "runs.json").write_text(json.dumps(runs), encoding="utf-8")
    run_action(store, "ingest_lineage", Files(files=(folder / "runs.json",)), anna)
    run_action(store, "monitor", Models(), anna)
    for name in with_example():
        _act(store, name, folder, anna)
    store.close()
    return [value["id"] for value in told]


def _act(store: Any, name: str, folder: Path, anna: Principal) -> None:
    """Do an action with attacks in all its free texts; what the home does not allow is left out."""
    place = folder / name
    place.mkdir()
    try:
        run_action(store, name, read_payload(name, attacking(example_of(name, place).payload)), anna)
    except DashboardError:
        return


def attacking(payload: BaseModel) -> dict[str, Any]:
    """An example's values for the first model, by the first person, with attacks in every other text."""
    about = {"model": "m0", "person": "p0"}
    values = {}
    for name, value in payload.model_dump().items():
        free = isinstance(value, str) and name not in KEPT
        values[name] = about.get(name, EVERYTHING[:4_000] if free else value)
    return values
