"""What an outage of a model means: which processes stop when, and whom to call in which order."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass

from dashboard.schema.people import Process

# Who brings the model back, in the order in which they are asked.
REPAIRING = ("ml_engineer", "software_engineer", "backend_engineer", "data_engineer", "data_scientist")
# Who decides while it is down.
DECIDING = ("accountable_executive", "deputy")
OWNER = "process_owner"


@dataclass(frozen=True)
class Hit:
    """A process that relies on models that are down.

    `stops`: whether the outage is longer than the process can bear; None where nobody said how long that is.
    `left_hours`: how long it goes on after the begin of the outage, at most the whole of it.
    """

    process: Process
    models: tuple[str, ...]
    stops: bool | None

    @property
    def left_hours(self) -> float | None:
        """How many hours the process can bear without the model."""
        return self.process.tolerable_outage_hours


@dataclass(frozen=True)
class Call:
    """Somebody to call: the person (id), in which role, for which model or process."""

    person: str
    role: str
    about: str


def hits_of(
    down: Iterable[str], processes: Mapping[str, Process], relied_on: Mapping[str, Collection[str]], hours: float
) -> list[Hit]:
    """The processes that an outage of some models of so many hours reaches, those that stop first at the top.

    `relied_on` are the models by process. A process that bears just the outage does not stop.
    """
    lost = set(down)
    found = []
    for process_id, models in relied_on.items():
        hit = tuple(sorted(lost.intersection(models)))
        if hit and process_id in processes:
            bears = processes[process_id].tolerable_outage_hours
            found.append(Hit(processes[process_id], hit, None if bears is None else hours > bears))
    return sorted(found, key=lambda hit: (_rank(hit.stops), hit.left_hours or 0.0, hit.process.id))


def _rank(stops: bool | None) -> int:
    """What stops comes first, what is unknown before what goes on."""
    return {True: 0, None: 1, False: 2}[stops]


def calls_for(
    model: str, holders: Mapping[str, Sequence[str]], owners: Mapping[str, str | None], gone: Collection[str] = ()
) -> list[Call]:
    """Whom to call about a model, in order: who repairs it, who decides, then who owns a process that it reaches.

    `holders` are persons by role, `owners` those of the processes by id; who has `gone` is left out, and everybody is
    called once.
    """
    wanted = [Call(person, role, model) for role in (*REPAIRING, *DECIDING) for person in holders.get(role, ())]
    wanted += [Call(person, OWNER, process) for process, person in owners.items() if person is not None]
    found: dict[str, Call] = {}
    for call in wanted:
        if call.person not in gone:
            found.setdefault(call.person, call)
    return list(found.values())
