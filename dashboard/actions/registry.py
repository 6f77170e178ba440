"""The registry of actions: every way to change something, one decorated function each."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Generic, TypeVar, get_type_hints

from pydantic import BaseModel, ConfigDict, ValidationError

from dashboard.access.principal import Principal
from dashboard.access.rights import LOG, check_open, check_visible
from dashboard.actions.refusals import refusals_noted
from dashboard.errors import ForbiddenError, InputRefusedError, Problem
from dashboard.registry import Registry
from dashboard.schema.access import AccessRole
from dashboard.schema.reading.broken_text import refuse_broken_text
from dashboard.schema.reading.error_messages import problems_of
from dashboard.store.audit.chain import AuditContext
from dashboard.store.audit.requests import Answered, Request, RequestKnownError, find_request, request_of
from dashboard.store.engine.database import Store
from dashboard.store.log.files import sha256_of
from dashboard.store.tokens import DECISIONS

Progress = Callable[[float, str], None]
REQUEST_KEY = "Idempotency-Key"


class Payload(BaseModel):
    """The payload of an action; unknown fields are refused."""

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
        """Return who acts, as the ledger names them."""
        return self.principal.actor

    @property
    def person(self) -> str:
        """The person who acts; a personal action always has one."""
        assert self.principal.person is not None
        return self.principal.person

    def audit_context(self) -> AuditContext:
        """Return the context of the audit record; the action adds what was before and is after, by subject."""
        return AuditContext(self.action, self.actor)


Given = TypeVar("Given", bound=Payload)
Judged_contra = TypeVar("Judged_contra", bound=Payload, contravariant=True)
Rule = Callable[[Call, Judged_contra], None]


@dataclass(frozen=True)
class Rights(Generic[Judged_contra]):
    """Who may do an action: people and programs with one of the `roles`.

    `scope` is what a token needs for it; None means that no token may do it. A `personal` action stands under a
    person's name; a token in that name needs the scope `decisions` for it. Each of `rules` looks at the objects it is
    about and raises ForbiddenError.
    """

    roles: tuple[AccessRole, ...]
    scope: str | None = "actions"
    personal: bool = False
    rules: tuple[Rule[Judged_contra], ...] = ()


MEGABYTE = 1_048_576


@dataclass(frozen=True)
class BodyLimit:
    """How many bytes a request that brings files may have, unpacked, and each of its files."""

    whole: int = sys.maxsize
    each: int = sys.maxsize

    def within(self, largest: int) -> BodyLimit:
        """Return the limit where a server takes no more than `largest` bytes of anybody."""
        return BodyLimit(min(self.whole, largest), self.each)


# Events become objects in memory, about sixty bytes for each of theirs.
OF_EVENTS = BodyLimit(whole=5 * MEGABYTE, each=4 * MEGABYTE)
# Rows of predictions: what the server takes of anybody is the only limit.
WITHOUT_LIMIT = BodyLimit()


@dataclass(frozen=True)
class Action:
    """An action: its payload, what the command line calls it, and how it is done. It returns a sentence of what it did.

    A `long` one works before and between its writes; any other is quick, and shares one transaction with what others
    do at the same time, so that it may be undone and done a second time: it does nothing outside of the store.
    `body` limits what comes over HTTP before anything of it is read.
    """

    name: str
    command: tuple[str, ...]
    purpose: str
    payload: type[Payload]
    run: Callable[[Call, Any], str]
    rights: Rights[Any]
    long: bool = False
    body: BodyLimit = WITHOUT_LIMIT

    @property
    def roles(self) -> frozenset[str]:
        """The roles that may do it."""
        return frozenset(self.rights.roles)

    @property
    def scope(self) -> str | None:
        """Return the scope that a token needs for the action."""
        return DECISIONS if self.rights.personal else self.rights.scope

    @property
    def personal(self) -> bool:
        """Return whether the action must be taken by a named person."""
        return self.rights.personal

    @property
    def takes_files(self) -> bool:
        """Return whether the payload holds files."""
        return "files" in self.payload.model_fields


ACTIONS: Registry[Action] = Registry("action", "dashboard.actions", "action")


def silent(share: float, doing: str) -> None:
    """Progress that nobody watches."""


def action(
    name: str, *, command: str, rights: Rights[Given], long: bool = False, body: BodyLimit = WITHOUT_LIMIT
) -> Callable[[Callable[[Call, Given], str]], Callable[[Call, Given], str]]:
    """Register an action; the first line of the docstring is its purpose, `command` how the command line calls it.

    The annotation of the function's second parameter is the class of its payload, and of what its rules look at.
    In `command`, capitals are arguments, `...` marks several, `--reason` is an option, `--scope...` one with several
    values for the field `scopes`; what stands in brackets may be left out.
    """

    def decorate(run: Callable[[Call, Given], str]) -> Callable[[Call, Given], str]:
        purpose = (run.__doc__ or "").strip().splitlines()[0]
        ACTIONS.add(name, Action(name, tuple(command.split()), purpose, _payload_of(run), run, rights, long, body))
        return run

    return decorate


def _payload_of(run: Callable[[Call, Any], str]) -> type[Payload]:
    """The class in the annotation of the second parameter of an action's function."""
    second = list(inspect.signature(run).parameters)[1]
    found: type[Payload] = get_type_hints(run)[second]
    return found


@dataclass(frozen=True)
class Done:
    """The sentence of an action, and what was done under its key before, if that was so; then nothing was done now."""

    sentence: str
    before: Answered | None = None


def run_action(
    store: Store,
    name: str,
    payload: Payload,
    principal: Principal,
    progress: Progress = silent,
    request_key: str | None = None,
) -> str:
    """Do an action and return its sentence; see `do_action`."""
    return do_action(store, name, payload, principal, progress, request_key).sentence


def do_action(
    store: Store,
    name: str,
    payload: Payload,
    principal: Principal,
    progress: Progress = silent,
    request_key: str | None = None,
) -> Done:
    """Do an action, the only way to do one. What an actor did under a `request_key` is not done again.

    Raises ForbiddenError when it is not open to the principal, NotFoundError for a model they do not see, and
    InputRefusedError when the payload is not of the action's kind or the key was used for something else.
    """
    with refusals_noted(store, principal, name, named_models(payload)):
        return _do_open(Call(store, principal, progress, name), payload, request_key)


def _do_open(call: Call, payload: Payload, request_key: str | None) -> Done:
    name, principal = call.action, call.principal
    found = ACTIONS.get(name)
    check_open(principal, found)
    if not isinstance(payload, found.payload):
        raise InputRefusedError(
            [Problem(f"action {name!r} needs {found.payload.__name__}; received {type(payload).__name__}")]
        )
    check_visible(principal, named_models(payload))
    requests = (
        []
        if request_key is None
        else [request_of(principal.actor, request_key, name, content) for content in payload_contents(payload)]
    )

    def work() -> Done:
        _check_rules(call, payload, found.rights.rules)
        if not requests:
            return Done(found.run(call, payload))
        return _do_once(call, requests, lambda: found.run(call, payload))

    return work() if found.long else call.store.writer.perform(work)


def _check_rules(call: Call, payload: Payload, rules: tuple[Rule[Any], ...]) -> None:
    """Raise ForbiddenError, and log the attempt, when a rule says that the objects are not this principal's."""
    try:
        for rule in rules:
            rule(call, payload)
    except ForbiddenError as fault:
        LOG.warning("refused %s to %s: %s", call.action, call.actor, fault)
        raise


def _do_once(call: Call, requests: Sequence[Request], run: Callable[[], str]) -> Done:
    """Do what was requested, or find it done: it is kept as the first of `requests`, each is the same."""
    request = requests[0]
    if (before := find_request(call.store, request.fact_id)) is None:
        try:
            with call.store.under(request):
                return Done(run())
        except RequestKnownError:
            before = find_request(call.store, request.fact_id)
            assert before is not None
    if before.request.payload_sha256 not in {one.payload_sha256 for one in requests}:
        message = (
            f"received another {call.action} under a key that stands for {before.request.action}, record {before.seq}; "
            "one key stands for one request; send a new key"
        )
        raise InputRefusedError([Problem(message, field=REQUEST_KEY)])
    return Done(f"done before: record {before.seq} of {before.recorded_at:%Y-%m-%d %H:%M:%S} UTC", before)


def payload_contents(payload: Payload) -> list[dict[str, object]]:
    """Return the payload of an action as JSON values: of files their names and the SHA-256 of their content.

    First without defaults, as requests are kept; then with all of them, as they were kept once
    (docs/decisions/0005-stable-keys.md).
    """
    files: tuple[Path, ...] = getattr(payload, "files", ())
    named = {"files": [[path.name, sha256_of(path)] for path in files]} if files else {}
    return [
        {**payload.model_dump(mode="json", exclude={"files"}, exclude_defaults=without), **named}
        for without in (True, False)
    ]


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
        raise InputRefusedError(problems_of(fault, payload)) from None
