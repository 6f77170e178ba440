"""The registry of actions: every way to change something, one decorated function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, ValidationError

from dashboard.errors import InputRefusedError, Problem, shorten
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
    """A deed: its payload, what the command line calls it, and how it is done. It returns a sentence of what it did.

    `scope` is what a token needs for it; None means that no token may do it.
    """

    name: str
    command: tuple[str, ...]
    purpose: str
    payload: type[Payload]
    run: Callable[[Call, Payload], str]
    scope: str | None = "actions"

    @property
    def takes_files(self) -> bool:
        """Whether the payload holds files."""
        return "files" in self.payload.model_fields


ACTIONS: Registry[Action] = Registry("action", "dashboard.actions")


def silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def action(
    name: str, *, command: str, payload: type[Payload], scope: str | None = "actions"
) -> Callable[[Callable[[Call, Payload], str]], Callable[[Call, Payload], str]]:
    """Register an action; the first line of the docstring is its purpose, `command` how the command line calls it.

    In `command`, capitals are arguments, `...` marks several and `--SCOPE...` is the option `--scope` for `scopes`.
    """

    def decorate(run: Callable[[Call, Payload], str]) -> Callable[[Call, Payload], str]:
        purpose = (run.__doc__ or "").strip().splitlines()[0]
        ACTIONS.add(name, Action(name, tuple(command.split()), purpose, payload, run, scope))
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


def read_payload(name: str, values: Mapping[str, object]) -> Payload:
    """The payload of an action from plain values; raises InputRefusedError naming each field that does not fit."""
    try:
        return ACTIONS.get(name).payload.model_validate(values)
    except ValidationError as fault:
        found = [(".".join(str(part) for part in error["loc"]), error) for error in fault.errors()]
        problems = [
            Problem(f"received {shorten(error['input'])}; {error['msg'][:1].lower()}{error['msg'][1:]}", field=where)
            for where, error in found
        ]
        raise InputRefusedError(problems) from None
