"""The registry of actions: every way to change something, one decorated function each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict

from dashboard.errors import InputRefusedError, Problem
from dashboard.registry import Registry
from dashboard.store.chain import Deed
from dashboard.store.database import Store

Progress = Callable[[float, str], None]


class Payload(BaseModel):
    """What an action is told; unknown fields are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True)
class Call:
    """One use of an action: the store, who acts, whom to tell the progress, and the action's name."""

    store: Store
    actor: str
    progress: Progress
    action: str

    def deed(self) -> Deed:
        """What `store.writing` needs for the audit record; the action adds what was before and is after, by subject."""
        return Deed(self.action, self.actor)


@dataclass(frozen=True)
class Action:
    """A deed: its payload, what the command line calls it, and how it is done. It returns a sentence of what it did."""

    name: str
    command: tuple[str, ...]
    purpose: str
    payload: type[Payload]
    run: Callable[[Call, Payload], str]


ACTIONS: Registry[Action] = Registry("action", "dashboard.actions")


def silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def action(
    name: str, *, command: str, payload: type[Payload]
) -> Callable[[Callable[[Call, Payload], str]], Callable[[Call, Payload], str]]:
    """Register an action; the first line of the docstring is its purpose, `command` how the command line calls it."""

    def decorate(run: Callable[[Call, Payload], str]) -> Callable[[Call, Payload], str]:
        purpose = (run.__doc__ or "").strip().splitlines()[0]
        ACTIONS.add(name, Action(name, tuple(command.split()), purpose, payload, run))
        return run

    return decorate


def run_action(store: Store, name: str, payload: Payload, actor: str, progress: Progress = silent) -> str:
    """Do an action; raises InputRefusedError when the payload is not of the action's kind."""
    found = ACTIONS.get(name)
    if not isinstance(payload, found.payload):
        raise InputRefusedError(
            [Problem(f"action {name!r} needs {found.payload.__name__}; received {type(payload).__name__}")]
        )
    return found.run(Call(store, actor, progress, name), payload)
