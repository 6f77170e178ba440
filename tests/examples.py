"""One valid use of every action, on the home that `tests/ledger/conftest.py` fills.

Contract tests and the matrix of roles, actions and faces run over these; an action without one fails them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.actions.ingest import ModelFiles
from dashboard.actions.looks import LookedAt
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import Payload
from dashboard.actions.roles import Assignment, Ending, HandOver
from dashboard.actions.tokens import NamedToken, NewToken
from tests.acceptance.portfolio import claims, write_rows

USAGE = {"kind": "usage", "model": "claims", "at": "2024-03-01", "consumer": "desk", "purpose": "triage", "calls": 9}


@dataclass(frozen=True)
class Example:
    """A payload, what must have been done before, and whether doing it again is no repetition."""

    payload: Payload
    before: tuple[tuple[str, Payload], ...] = ()
    repeatable: bool = False


def example_of(name: str, folder: Path) -> Example:
    """The example of an action; its files are written into `folder`."""
    return EXAMPLES[name](folder)


def _register(folder: Path) -> Example:
    (folder / "person.yaml").write_text("people: [{id: ben, name: Ben}]\n", encoding="utf-8")
    return Example(Files(files=(folder / "person.yaml",)))


def _predictions(folder: Path) -> Example:
    rows = claims(number=200).frame
    write_rows(rows.assign(id=[f"more-{number}" for number in range(200)]), folder / "rows.parquet")
    return Example(ModelFiles(model="claims", files=(folder / "rows.parquet",)))


def _actuals(folder: Path) -> Example:
    rows = claims(number=200).frame
    unlabelled = rows[rows["fraud"].isna()]
    unlabelled.assign(fraud=1)[["id", "fraud"]].to_csv(folder / "actuals.csv", index=False)
    return Example(ModelFiles(model="claims", files=(folder / "actuals.csv",)))


def _events(folder: Path) -> Example:
    (folder / "more.jsonl").write_text(json.dumps(USAGE) + "\n", encoding="utf-8")
    return Example(Files(files=(folder / "more.jsonl",)))


def _hand_over(folder: Path) -> Example:
    payload = HandOver(model="claims", role="deputy", person=ANNA, successor="ben", reason="Anna moves on.")
    return Example(payload, (("register", _register(folder).payload), ("assign_role", DEPUTY)))


ANNA = "anna.keller"
DEPUTY = Assignment(model="claims", role="deputy", person=ANNA, reason="The executive needs a stand-in.")
FEEDER = NewToken(name="feeder", scopes=("events",))
EXAMPLES: dict[str, Callable[[Path], Example]] = {
    "assign_role": lambda _: Example(DEPUTY),
    "create_token": lambda _: Example(FEEDER),
    "end_role": lambda _: Example(
        Ending(model="claims", role="deputy", person=ANNA, reason="A new stand-in is found."),
        (("assign_role", DEPUTY),),
    ),
    "hand_over": _hand_over,
    "ingest_actuals": _actuals,
    "ingest_events": _events,
    "ingest_predictions": _predictions,
    "monitor": lambda _: Example(Models(models=("claims",))),
    "record_look": lambda _: Example(LookedAt(model="claims")),
    "register": _register,
    "revoke_token": lambda _: Example(NamedToken(name="feeder"), (("create_token", FEEDER),)),
}
