"""The demo's history, lived once more: every step under the clock of its day, through the actions that everybody uses.

`python -m dashboard.demo.replay HOME BUILT UNTIL` does it in a process of its own, in a home that nobody has used yet,
with what the pipelines built; it prints a line for each step that begins with the share done in percent.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import shutil
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import yaml

from dashboard.access.persons import person_principal
from dashboard.access.principal import operator
from dashboard.actions.ingest import Delivery
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import read_payload, run_action
from dashboard.demo.material import Material, read_material
from dashboard.demo.people import Act, acts_of, decision_act, do_act, reactions_to
from dashboard.demo.plan import AFTER, Card, Event, ModelPlan, Plan, design_card
from dashboard.demo.reviewing import judgements
from dashboard.demo.slices import moved_log, write_slice
from dashboard.explanations.expectations.updating import update_expectations
from dashboard.explanations.whatif.asking import scores_of
from dashboard.governance.retirement.overlaps import update_overlaps
from dashboard.store.cards import list_cards
from dashboard.store.engine.clock import replaying
from dashboard.store.engine.database import Store, open_store

if TYPE_CHECKING:
    import pandas as pd

DEMO = operator("demo")
REFUSED = "refused: "
# What a step costs, in milliseconds of a processor, for the share that is shown.
INTAKE_COST, FIGURES_COST, ACT_COST, OTHER_COST = 150, 850, 40, 20
Step = tuple[datetime, int, str, Callable[[], None], int]


@dataclass
class Replay:
    """A replay under way: the store, the plan, where files are, and the steps that are still to be done."""

    store: Store
    plan: Plan
    material: Material
    folder: Path
    refused: list[str] = field(default_factory=list)
    _steps: list[Step] = field(default_factory=list)
    _order: Iterator[int] = field(default_factory=itertools.count)
    _logs: dict[str, pd.DataFrame] = field(default_factory=dict)
    _since: dict[str, datetime] = field(default_factory=dict)
    _changed: set[str] = field(default_factory=set)
    _seen: set[tuple[str, datetime]] = field(default_factory=set)
    _whole: int = 0

    def at(self, instant: datetime, doing: str, work: Callable[[], None], cost: int = OTHER_COST) -> None:
        """Do something at an instant of the replay; what has the same instant is done in the order of these calls."""
        heapq.heappush(self._steps, (min(instant, self.plan.until), next(self._order), doing, work, cost))
        self._whole += cost

    def run(self, progress: Callable[[float, str], None]) -> None:
        """Do all steps in the order of time, those that they lead to as well."""
        done, share = 0, 0.0
        while self._steps:
            instant, _, doing, work, cost = heapq.heappop(self._steps)
            # What people do about alerts comes to the steps meanwhile; the share never goes back for it.
            share = max(share, done / self._whole)
            progress(share, f"{instant:%Y-%m-%d} {doing}")
            with replaying(instant):
                work()
            done += cost

    def register_people(self) -> None:
        """Register the organisation and give its people their roles in the program."""
        self._register_people({})
        for values in self.material.access:
            run_action(self.store, "grant_access", read_payload("grant_access", values), DEMO)

    def let_go(self, person: str, last: date) -> None:
        """Register that a person has left."""
        self._register_people({person: last})

    def _register_people(self, left: Mapping[str, date]) -> None:
        """Register the organisation with the last days of those who have left."""
        organisation = self.material.organisation
        people = [
            {
                **{name: value for name, value in person.items() if name != "to"},
                **({"to": left[person["id"]]} if person["id"] in left else {}),
            }
            for person in organisation["people"]
        ]
        place = self.folder / "people.yaml"
        place.write_text(yaml.safe_dump({**organisation, "people": people}, allow_unicode=True), encoding="utf-8")
        run_action(self.store, "register", Files(files=(place,)), DEMO)

    def register_card(self, card: Card) -> None:
        """Register a state of a card in the name of its data scientist, with its model file where it has one."""
        place = self.folder / f"{card['id']}.yaml"
        place.write_text(yaml.safe_dump(card, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")
        for version in card["versions"]:
            if "artifact" in version:
                shutil.copyfile(self.material.cards / version["artifact"], self.folder / version["artifact"])
        author = card["roles"]["data_scientist"][0]
        principal = person_principal(self.store, author, f"demo as {author}")
        run_action(self.store, "register", Files(files=(place,)), principal)

    def take_in(self, model: ModelPlan, instant: datetime) -> None:
        """Ingest the rows and labels that a model got since its last intake."""
        model_id = model.card["id"]
        if model_id not in self._logs:
            path = self.material.predictions[model_id]
            self._logs[model_id] = moved_log(path, model.card, model.months, self.plan.until)
        log, since = self._logs[model_id], self._since.get(model_id)
        found = write_slice(log, model.card, since, instant, self.folder)
        self._since[model_id] = instant
        if not found.is_empty:
            self._changed.add(model_id)
        for action, file in (("ingest_predictions", found.predictions), ("ingest_actuals", found.actuals)):
            if file is not None:
                run_action(self.store, action, Delivery(model=model_id, files=(file,)), DEMO)
                file.unlink()

    def import_events(self, events: Sequence[Event], instant: datetime) -> None:
        """Ingest events as one file."""
        self._ingest("ingest_events", events, f"events-{instant:%Y-%m-%d}")

    def import_lineage(self, events: Sequence[Event], instant: datetime) -> None:
        """Ingest what pipelines tell of their runs as one file."""
        self._ingest("ingest_lineage", events, f"lineage-{instant:%Y-%m-%d}")

    def _ingest(self, action: str, events: Sequence[Event], name: str) -> None:
        path = self.folder / f"{name}.jsonl"
        path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")
        run_action(self.store, action, Files(files=(path,)), DEMO)
        path.unlink()

    def monitor(self, instant: datetime) -> None:
        """Bring the models with new rows up to date, and let people react to what was found."""
        if not self._changed:
            return
        run_action(self.store, "monitor", Models(models=tuple(sorted(self._changed))), DEMO)
        self._changed.clear()
        for act in reactions_to(self.store, self.material.reactions, self._seen, instant):
            if act.at < self.plan.until:
                self.act(act)

    def check_expectations(self) -> None:
        """Check what experts expect of the models, for the periods that are shown on the day of the build."""
        cards = [recorded.card for recorded in list_cards(self.store).values()]
        update_expectations(self.store, cards, DEMO.actor, partial(scores_of, self.store))

    def compare_models(self) -> None:
        """Look for models that do the same as others, as they are on the day of the build."""
        update_overlaps(self.store, [recorded.card for recorded in list_cards(self.store).values()], DEMO.actor)

    def act(self, act: Act) -> None:
        """Let a person act at their instant; what is refused to them stands in the trail, and here."""

        def work() -> None:
            refusal = do_act(self.store, act)
            if refusal is not None:
                self.refused.append(refusal)
            elif act.judges:
                for judgement in judgements(self.store, act, self.material.opinions[act.values["model"]]):
                    self.act(judgement)

        self.at(act.at, act.person, work, ACT_COST)


def schedule(replay: Replay) -> None:
    """Put every step of the plan into the replay: the organisation, the models, what happened, what people did."""
    plan = replay.plan
    replay.at(plan.begins, "people", replay.register_people)
    for person, last in replay.material.left.items():
        gone = datetime.combine(last, time(18), UTC)
        if gone <= plan.until:
            replay.at(gone, person, partial(replay.let_go, person, last))
    for model in plan.models.values():
        _schedule_model(replay, model)
    for instant, events in plan.imported.items():
        replay.at(instant, "events", partial(replay.import_events, events, instant))
    for instant, events in plan.runs.items():
        replay.at(instant, "lineage", partial(replay.import_lineage, events, instant))
    for act in (*(decision_act(*one) for one in plan.decided), *acts_of(replay.material.acts, plan)):
        replay.act(act)
    for instant in sorted({instant for model in plan.models.values() for instant in model.intakes}):
        replay.at(instant + AFTER, "figures", partial(replay.monitor, instant + AFTER), FIGURES_COST)
    replay.at(plan.until, "expectations", replay.check_expectations, 5 * FIGURES_COST)
    replay.at(plan.until, "models", replay.compare_models)


def _schedule_model(replay: Replay, model: ModelPlan) -> None:
    name = model.card["id"]
    if model.designed is not None:
        replay.at(model.designed, name, partial(replay.register_card, design_card(model.card)))
    for at, card in ((model.registered, model.card), *model.later):
        replay.at(at, name, partial(replay.register_card, card))
    for instant in model.intakes:
        replay.at(instant, name, partial(replay.take_in, model, instant), INTAKE_COST)


def replay_demo(home: Path, built: Path, until: datetime, progress: Callable[[float, str], None]) -> list[str]:
    """Replay the demo's history until an instant in a new home; returns what was refused to its people."""
    material = read_material(built, until)
    folder = built / "moved"
    folder.mkdir(exist_ok=True)
    store = open_store(home)
    try:
        replay = Replay(store, material.plan, material, folder)
        schedule(replay)
        replay.run(progress)
    finally:
        store.close()
    return replay.refused


def main() -> None:
    """Read the command line and replay."""
    parser = argparse.ArgumentParser(description="Replay the demo's history in a new home.")
    parser.add_argument("home", type=Path, help="a directory that is not there yet")
    parser.add_argument("built", type=Path, help="what the pipelines built")
    parser.add_argument("until", type=datetime.fromisoformat, help="the instant of the build, with its zone")
    chosen = parser.parse_args()

    def show(share: float, step: str) -> None:
        write_line(f"{share:4.0%} {step}")

    for line in replay_demo(chosen.home, chosen.built, chosen.until, show):
        write_line(f"{REFUSED}{line}")


def write_line(line: str) -> None:
    """Write a line for whoever started this process."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main()
