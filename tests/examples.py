"""One valid use of every action, on the home that `tests/ledger/conftest.py` fills.

Contract tests and the matrix of roles, actions and faces run over these; an action without one fails them.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from dashboard.actions.findings import Resolved
from dashboard.actions.ingest import ModelFiles
from dashboard.actions.monitor import Models
from dashboard.actions.register import Files
from dashboard.actions.registry import Payload
from dashboard.actions.sign_off import SignOff
from dashboard.actions.tokens import NamedToken, NewToken
from dashboard.actions.uses import AnswerToUse
from dashboard.schema.events import parse_event
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


def _needs(folder: Path, *events: dict[str, object]) -> tuple[tuple[str, Payload], ...]:
    """What must be known before somebody may act: roles, uses, sign-offs, as events."""
    (folder / "needed.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    return (("ingest_events", Files(files=(folder / "needed.jsonl",))),)


def _sign_off(folder: Path) -> Example:
    payload = SignOff(model="claims", step="design", decision="approve", reason="As wanted.")
    return Example(payload, _needs(folder, EXECUTIVE))


def _resolve_finding(folder: Path) -> Example:
    raised = {"kind": "sign_off", "model": "claims", "at": "2024-02-02", "step": "data", "person": "anna.keller"}
    raised |= {"decision": "conditions", "conditions": "Write it down.", "owner": "ben"}
    before = _needs(folder, EXECUTIVE, raised)
    event = parse_event(raised)
    content = json.dumps(event.model_dump(mode="json", by_alias=True), sort_keys=True, ensure_ascii=False)
    finding = hashlib.sha256(content.encode()).hexdigest()[:12]
    return Example(Resolved(model="claims", finding=finding, reason="Done."), before)


def _answer_use(folder: Path) -> Example:
    payload = AnswerToUse(model="claims", consumer="desk", purpose="triage", answer="extend", reason="As meant.")
    return Example(payload, _needs(folder, EXECUTIVE, USAGE))


FEEDER = NewToken(name="feeder", scopes=("events",))
EXECUTIVE = {"kind": "role", "model": "claims", "at": "2024-01-01", "role": "accountable_executive"}
EXECUTIVE |= {"person": "anna.keller"}
EXAMPLES: dict[str, Callable[[Path], Example]] = {
    "answer_use": _answer_use,
    "create_token": lambda _: Example(FEEDER),
    "ingest_actuals": _actuals,
    "ingest_events": _events,
    "ingest_predictions": _predictions,
    "monitor": lambda _: Example(Models(models=("claims",))),
    "register": _register,
    "resolve_finding": _resolve_finding,
    "revoke_token": lambda _: Example(NamedToken(name="feeder"), (("create_token", FEEDER),)),
    "sign_off": _sign_off,
}
