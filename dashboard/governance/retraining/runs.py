"""Trainings that were started: by whose word, in which way, how far they are, and what came of them.

A start is recorded before anybody is called. What the called side answered follows as a statement of the program; so
that a start without such an answer is one whose call was interrupted.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Literal

from dashboard.governance.retraining.new_versions import NewVersion, new_versions
from dashboard.governance.situation.situation import Situation
from dashboard.store.events import RecordedEvent
from dashboard.words import mark

STARTED, ENDED = "retraining_started", "retraining_ended"
# What the called side answered: a statement about a training, of the program.
CALLED = "retraining_called"
Answer = Literal["accepted", "unknown"]
State = Literal["calling", "running", "unknown", "done", "failed"]
UNDER_WAY: tuple[State, ...] = ("calling", "running", "unknown")
# The states of a training, in words.
STATE_WORDS: dict[State, str] = {
    "calling": mark("Being handed over"),
    "running": mark("Under way"),
    "unknown": mark("Not known whether it began"),
    "done": mark("Done"),
    "failed": mark("Failed"),
}


@dataclass(frozen=True)
class Run:
    """A training: its id, when it was started (UTC), in which way, by whom, for the plan of which day, and why.

    `state` is calling (recorded, the call has no answer yet), running, unknown (nobody knows whether it began), done or
    failed, since `ended_at`; `version` is what it made, `detail` what was said of it. `imported_by` is who imported the
    start, as the ledger names them; None for one that was started here.
    """

    retraining: str
    model_id: str
    started_at: datetime
    recorded_at: datetime
    way: str
    person: str | None
    planned_for: date | None
    reason: str | None
    imported_by: str | None
    state: State = "running"
    ended_at: datetime | None = None
    version: str | None = None
    detail: str | None = None

    @property
    def under_way(self) -> bool:
        """Return whether it has not ended, as far as anybody knows."""
        return self.state in UNDER_WAY


def runs(situation: Situation, model_id: str) -> list[Run]:
    """The trainings of a model that were started by the day asked about, oldest first."""
    return list(situation.cached(("retrainings", model_id), lambda: tuple(_runs(situation, model_id))))


def run_under_way(situation: Situation, model_id: str) -> Run | None:
    """The training of a model that has not ended; None when there is none."""
    return next((run for run in reversed(runs(situation, model_id)) if run.under_way), None)


def _runs(situation: Situation, model_id: str) -> Iterator[Run]:
    started = situation.events(model_id, STARTED)
    ends = situation.events(model_id, ENDED)
    answers = {said.subject: said for said in situation.statements(model_id, CALLED)}
    versions = new_versions(situation, model_id)
    for place, event in enumerate(started):
        run = _started(event)
        if run.way != "hand" and run.imported_by is None:
            run = replace(run, state="calling")
        said = answers.get(run.retraining)
        if said is not None:
            state: State = "unknown" if said.content["answer"] == "unknown" else "running"
            run = replace(run, state=state, detail=str(said.content["detail"]))
        following = started[place + 1].happened_at if place + 1 < len(started) else None
        yield _ended(run, ends, versions, following)


def _started(event: RecordedEvent) -> Run:
    said = event.content
    planned = said.get("planned_for")
    return Run(
        said["retraining"], event.model_id, event.happened_at, event.recorded_at, said.get("way", "hand"),
        said.get("person"), date.fromisoformat(planned) if planned else None, said.get("reason"), event.imported_by,
    )  # fmt: skip


def _ended(run: Run, ends: list[RecordedEvent], versions: list[NewVersion], following: datetime | None) -> Run:
    """The training with the first that tells its end: an event about it, or a version registered after its start."""
    reported = next((one for one in ends if _is_about(one, run, following)), None)
    made = next((one for one in versions if run.recorded_at < one.recorded_at and _before(one, following)), None)
    if reported is not None and (made is None or reported.recorded_at <= made.recorded_at):
        said, state = reported.content, "done" if reported.content["outcome"] == "done" else "failed"
        version = reported.version or (made.version if made is not None and state == "done" else None)
        return replace(
            run, state="done" if state == "done" else "failed", ended_at=reported.happened_at, version=version,
            detail=said.get("reason") or run.detail,
        )  # fmt: skip
    if made is not None:
        return replace(run, state="done", ended_at=made.recorded_at, version=made.version)
    return run


def _is_about(event: RecordedEvent, run: Run, following: datetime | None) -> bool:
    named = event.content.get("retraining")
    if named is not None:
        return bool(named == run.retraining)
    return event.happened_at >= run.started_at and (following is None or event.happened_at < following)


def _before(made: NewVersion, following: datetime | None) -> bool:
    return following is None or made.recorded_at < following
