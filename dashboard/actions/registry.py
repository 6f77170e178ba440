"""The registry of actions: every way to change something, one decorated function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import ErrorDetails

from dashboard.access.principal import Principal
from dashboard.access.rights import check_open, check_visible
from dashboard.errors import InputRefusedError, Problem
from dashboard.registry import Registry
from dashboard.schema.access import AccessRole
from dashboard.schema.broken_text import refuse_broken_text
from dashboard.schema.faults import written
from dashboard.schema.hints import shown
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
    principal: Principal
    progress: Progress
    action: str

    @property
    def actor(self) -> str:
        """Who acts, as the ledger names them."""
        return self.principal.actor

    @property
    def person(self) -> str:
        """The person who acts; a personal action always has one."""
        assert self.principal.person is not None
        return self.principal.person

    def deed(self) -> Deed:
        """What `store.writing` needs for the audit record; the action adds what was before and is after, by subject."""
        return Deed(self.action, self.actor)


Rule = Callable[[Call, Payload], None]


@dataclass(frozen=True)
class Rights:
    """Who may do an action: people and programs with one of the `roles`.

    `scope` is what a token needs for it; None means that no token may do it. A `personal` action stands under a
    person's name. Each of `rules` looks at the objects it is about and raises ForbiddenError.
    """

    roles: tuple[AccessRole, ...]
    scope: str | None = "actions"
    personal: bool = False
    rules: tuple[Rule, ...] = ()


@dataclass(frozen=True)
class Action:
    """A deed: its payload, what the command line calls it, and how it is done. It returns a sentence of what it did."""

    name: str
    command: tuple[str, ...]
    purpose: str
    payload: type[Payload]
    run: Callable[[Call, Payload], str]
    rights: Rights

    @property
    def roles(self) -> frozenset[str]:
        """The roles that may do it."""
        return frozenset(self.rights.roles)

    @property
    def scope(self) -> str | None:
        """What a token needs for it."""
        return self.rights.scope

    @property
    def personal(self) -> bool:
        """Whether it stands under a person's name."""
        return self.rights.personal

    @property
    def takes_files(self) -> bool:
        """Whether the payload holds files."""
        return "files" in self.payload.model_fields


ACTIONS: Registry[Action] = Registry("action", "dashboard.actions")


def silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def action(
    name: str, *, command: str, payload: type[Payload], rights: Rights
) -> Callable[[Callable[[Call, Payload], str]], Callable[[Call, Payload], str]]:
    """Register an action; the first line of the docstring is its purpose, `command` how the command line calls it.

    In `command`, capitals are arguments, `...` marks several, `--reason` is an option, `--scope...` one with several
    values for the field `scopes`; what stands in brackets may be left out.
    """

    def decorate(run: Callable[[Call, Payload], str]) -> Callable[[Call, Payload], str]:
        purpose = (run.__doc__ or "").strip().splitlines()[0]
        ACTIONS.add(name, Action(name, tuple(command.split()), purpose, payload, run, rights))
        return run

    return decorate


def run_action(store: Store, name: str, payload: Payload, principal: Principal, progress: Progress = silent) -> str:
    """Do an action, the only way to do one.

    Raises ForbiddenError when it is not open to the principal, NotFoundError for a model they do not see, and
    InputRefusedError when the payload is not of the action's kind.
    """
    found = ACTIONS.get(name)
    check_open(principal, found)
    if not isinstance(payload, found.payload):
        raise InputRefusedError(
            [Problem(f"action {name!r} needs {found.payload.__name__}; received {type(payload).__name__}")]
        )
    call = Call(store, principal, progress, name)
    check_visible(principal, named_models(payload))
    for rule in found.rights.rules:
        rule(call, payload)
    return found.run(call, payload)


def named_models(payload: Payload) -> tuple[str, ...]:
    """The models that a payload names."""
    one = getattr(payload, "model", None)
    return (*([one] if isinstance(one, str) else []), *getattr(payload, "models", ()))


def read_payload(name: str, values: Mapping[str, object]) -> Payload:
    """The payload of an action from plain values; raises InputRefusedError naming each field that does not fit."""
    payload = ACTIONS.get(name).payload
    refuse_broken_text(values)
    try:
        return payload.model_validate(values)
    except ValidationError as fault:
        problems = [
            Problem(f"received {_shown(error)}; {error['msg'][:1].lower()}{error['msg'][1:]}", field=_place(error))
            for error in fault.errors()
        ]
        raise InputRefusedError(problems) from None


def _place(error: ErrorDetails) -> str | None:
    return written(error["loc"]) or None


def _shown(error: ErrorDetails) -> str:
    """What was received; of something that is missing nothing, of a file its name alone."""
    received = error["input"]
    if error["type"] == "missing":
        return "nothing"
    return shown(received.name if isinstance(received, PurePath) else received)
