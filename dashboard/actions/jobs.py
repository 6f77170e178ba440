"""Long work under way in this process: what, for whom, since when, how far; seen by all who may see its models."""

from __future__ import annotations

import logging
import threading
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Literal, TypeVar

from dashboard.access.principal import Principal
from dashboard.access.rights import check_open, check_visible
from dashboard.actions.refusals import refusals_noted
from dashboard.actions.registry import ACTIONS, Done, Payload, Progress, do_action, named_models
from dashboard.errors import DashboardError, ForbiddenError
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.words import Sentence, mark

Result = TypeVar("Result")
Work = Callable[[Progress], Result]
KEPT = timedelta(minutes=10)
LOG = logging.getLogger("dashboard.jobs")


@dataclass(frozen=True)
class Job:
    """A piece of long work. `share` is 0 to 1; `doing` a model or a step; `outcome` is the sentence of its end.

    `models` are those it is about, empty for all of them.
    """

    job_id: str
    home: Path
    action: str
    actor: str
    person: str | None
    models: tuple[str, ...]
    since: datetime
    share: float = 0.0
    doing: str = ""
    state: Literal["running", "done", "failed"] = "running"
    outcome: str = ""
    ended: datetime | None = None
    result: Any = None

    def shown_to(self, reader: Principal) -> Job | None:
        """The job as a reader may see it; None when it is about models that are not shown to them."""
        if self.models and not any(reader.sees(model) for model in self.models):
            return None
        return self if reader.models is None or reader.sees(self.doing) else replace(self, doing="")


class UnderWayError(ForbiddenError):
    """The same is being done already."""


@dataclass(frozen=True)
class Task:
    """What a job is about and who wants it, before it begins."""

    action: str
    principal: Principal
    models: tuple[str, ...] = ()


class Jobs:
    """The jobs of this process."""

    def __init__(self) -> None:
        """Begin without any."""
        self._jobs: dict[str, Job] = {}
        self._changing = threading.Lock()

    def known(self, home: Path, reader: Principal) -> list[Job]:
        """The jobs on a home that run or ended lately, oldest first, as a reader may see them."""
        with self._changing:
            jobs = [job for job in self._jobs.values() if job.home == home]
        return [shown for job in jobs if (shown := job.shown_to(reader)) is not None]

    def find(self, job_id: str) -> Job | None:
        """A job that runs or ended lately."""
        with self._changing:
            return self._jobs.get(job_id)

    def run(self, store: Store, task: Task, work: Work[Result]) -> Result:
        """Do work in this thread, seen by all; raises what it raises."""
        return self._do(self._begin(store, task, alone=False), work)

    def start(self, store: Store, task: Task, work: Work[Any]) -> Job:
        """Begin work in a thread of its own and return at once; raises UnderWayError for what is being done already."""
        job = self._begin(store, task, alone=True)
        threading.Thread(target=self._do_aside, args=(job, work), name=task.action, daemon=True).start()
        return job

    def _begin(self, store: Store, task: Task, *, alone: bool) -> Job:
        principal = task.principal
        job = Job(
            uuid.uuid4().hex, store.home, task.action, principal.actor, principal.person, task.models, now()
        )  # fmt: skip
        with self._changing:
            self._forget(job.since)
            same = [other for other in self._jobs.values() if _overlap(job, other)]
            if alone and same:
                raise UnderWayError(_under_way(same[0]))
            self._jobs[job.job_id] = job
        return job

    def _do(self, job: Job, work: Work[Result]) -> Result:
        def progress(share: float, doing: str) -> None:
            self._change(job, share=min(max(share, 0.0), 1.0), doing=doing)

        try:
            result = work(progress)
        except BaseException as fault:
            outcome = str(fault) if isinstance(fault, DashboardError) else f"a fault of the program, {job.job_id[:8]}"
            self._change(job, state="failed", outcome=outcome, ended=now())
            raise
        outcome = result.sentence if isinstance(result, Done) else ""
        self._change(job, state="done", share=1.0, outcome=outcome, ended=now(), result=result)
        return result

    def _do_aside(self, job: Job, work: Work[Any]) -> None:
        try:
            self._do(job, work)
        except DashboardError as fault:
            LOG.warning("job %s (%s) failed: %s", job.job_id[:8], job.action, fault)
        except Exception:
            LOG.exception("job %s (%s) failed", job.job_id[:8], job.action)

    def _change(self, job: Job, **changes: Any) -> None:
        with self._changing:
            self._jobs[job.job_id] = replace(self._jobs.get(job.job_id, job), **changes)

    def _forget(self, moment: datetime) -> None:
        old = [key for key, job in self._jobs.items() if job.ended is not None and job.ended < moment - KEPT]
        for key in old:
            del self._jobs[key]


def _overlap(one: Job, other: Job) -> bool:
    """Return whether two jobs do the same to the same models."""
    same = (one.home, one.action) == (other.home, other.action) and other.state == "running"
    return same and (not one.models or not other.models or bool(set(one.models) & set(other.models)))


def _under_way(job: Job) -> Sentence:
    values = {"since": f"{job.since:%H:%M} UTC", "who": job.person or job.actor, "share": round(100 * job.share)}
    return Sentence(mark("This is already running: {share}%, since {since}, for {who}; wait until it ends"), values)


JOBS = Jobs()


def run_long(store: Store, task: Task, payload: Payload, key: str | None) -> Done:
    """Do a long action, seen by all, and wait for its end; see `do_action`."""
    return JOBS.run(store, task, lambda progress: do_action(store, task.action, payload, task.principal, progress, key))


def start_long(store: Store, task: Task, payload: Payload, key: str | None = None) -> Job:
    """Begin a long action and return at once; what is not open to the principal is refused first."""
    with refusals_noted(store, task.principal, task.action, task.models):
        check_open(task.principal, ACTIONS.get(task.action))
        check_visible(task.principal, task.models)

    def work(progress: Progress) -> Done:
        return do_action(store, task.action, payload, task.principal, progress, key)

    return JOBS.start(store, task, work)


def task_of(action: str, payload: Payload, principal: Principal) -> Task:
    """Name the subject of a long action."""
    return Task(action, principal, named_models(payload))


def running(jobs: Sequence[Job]) -> list[Job]:
    """Select the jobs that run."""
    return [job for job in jobs if job.state == "running"]
