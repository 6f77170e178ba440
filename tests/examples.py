"""One valid use of every action, on the home that `tests/ledger/conftest.py` fills.

Contract tests and the matrix of roles, actions and faces run over these; an action without one fails them.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.actions.assess_risk import Assessment
from dashboard.actions.ingest import ModelFiles
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import Payload
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


FEEDER = NewToken(name="feeder", scopes=("events",))
RATING = Assessment(model="claims", risk="outage", likelihood=3, impact=4, mitigation="Paper forms.")
EXAMPLES: dict[str, Callable[[Path], Example]] = {
    "assess_risk": lambda _: Example(RATING, repeatable=True),
    "create_token": lambda _: Example(FEEDER),
    "ingest_actuals": _actuals,
    "ingest_events": _events,
    "ingest_predictions": _predictions,
    "monitor": lambda _: Example(Models(models=("claims",))),
    "register": _register,
    "revoke_token": lambda _: Example(NamedToken(name="feeder"), (("create_token", FEEDER),)),
}
