"""What the demo is made of: cards, rows and events of the pipelines, people, what they do, and the plan of it all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path
from typing import Any

import yaml

from dashboard.demo.moves import Source, months_to_move
from dashboard.demo.people import Reaction
from dashboard.demo.plan import Card, Event, Plan, plan_events, plan_lineage, plan_model
from dashboard.profiles.periods import YEAR, months_later
from dashboard.resources import resource

DEMO = resource("data", "demo")
PIPELINES, ACCESS, STORY = DEMO / "build.py", DEMO / "access.yaml", DEMO / "story.yaml"
RECENT, ACTS, ELSEWHERE = DEMO / "recent.jsonl", DEMO / "acts.jsonl", DEMO / "elsewhere.jsonl"
BUSINESS = DEMO / "business.jsonl"


@dataclass(frozen=True)
class Material:
    """The plan, and the files and acts that it needs.

    `cards` is where the model files lie; `left` are the last days of people who leave.
    """

    plan: Plan
    cards: Path
    organisation: Mapping[str, Any]
    left: Mapping[str, date]
    access: Sequence[Mapping[str, Any]]
    predictions: Mapping[str, Path]
    opinions: Mapping[str, Path]
    acts: Sequence[Event]
    reactions: Mapping[str, Mapping[str, Reaction]]


def read_material(built: Path, until: datetime) -> Material:
    """Read what the pipelines built and what stands beside them, and plan it for an instant of the build."""
    story = yaml.safe_load(STORY.read_text(encoding="utf-8"))
    cards = {path.stem: yaml.safe_load(path.read_text(encoding="utf-8")) for path in (built / "cards").glob("*.yaml")}
    predictions = {model: built / "predictions" / f"{model}.parquet" for model in cards}
    elsewhere = [{**event, "via": "import"} for event in read_lines(ELSEWHERE)]
    events = [*read_lines(built / "events.jsonl"), *read_lines(RECENT), *read_lines(BUSINESS), *elsewhere]
    sources = {model: source_of(card, predictions[model], story["shown_by"][model]) for model, card in cards.items()}
    reactions = {
        model: {area: Reaction(**values) for area, values in areas.items()}
        for model, areas in story["reactions"].items()
    }
    plan = plan_demo(cards, events, sources, until)
    runs = {model: read_lines(built / "lineage" / f"{model}.jsonl") for model in cards}
    plan = replace(plan, runs=plan_lineage(runs, plan.models, until))
    organisation = yaml.safe_load((built / "people.yaml").read_text(encoding="utf-8"))
    return Material(
        plan,
        built / "cards",
        organisation,
        {
            person["id"]: months_later(person["to"], plan.models[story["left"][person["id"]]].months)
            for person in organisation["people"]
            if "to" in person
        },
        yaml.safe_load(ACCESS.read_text(encoding="utf-8")),
        predictions,
        {model: built / "opinions" / f"{model}.parquet" for model in cards},
        read_lines(ACTS),
        reactions,
    )


def plan_demo(
    cards: Mapping[str, Card], events: Sequence[Event], sources: Mapping[str, Source], until: datetime
) -> Plan:
    """The plan of a demo that is built at an instant; cards and events have the dates of their sources."""
    models = {}
    for model, card in sorted(cards.items()):
        designs = [event["at"] for event in events if event["model"] == model and event.get("step") == "design"]
        models[model] = plan_model(card, months_to_move(sources[model], until), min(designs, default=None), until)
    return plan_events(events, models, until)


def source_of(card: Card, predictions: Path, shown_by: date) -> Source:
    """How far the rows of a model reach: its last prediction or label, of a simulated time line the last prediction."""
    import pandas as pd

    data = card["data"]
    instants = pd.read_parquet(predictions, columns=[data["predicted_at"], data["known_at"]])
    simulated = bool(card.get("simulated"))
    last = instants[data["predicted_at"]].max() if simulated else instants.max().max()
    return Source(last.to_pydatetime(), shown_by, 1 if simulated else YEAR)


def read_lines(path: Path) -> list[Event]:
    """The objects of a file of JSON lines."""
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
