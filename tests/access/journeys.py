"""A search over what one person does in a row: does any sequence of acts end in a state that nobody may bring about?

All acts of a sequence are done in one transaction that is undone in the end, so that each begins with the same home.
What is refused changes nothing, so a sequence goes on only with what was done; of sequences that lead to the same state
one goes on. Deeper ones come last, so that the first finding is a shortest one.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dashboard.access.persons import person_principal
from dashboard.access.principal import Principal, operator
from dashboard.actions.registry import read_payload, run_action
from dashboard.actions.tokens import key_in
from dashboard.api.access import _of_token
from dashboard.errors import DashboardError
from dashboard.governance.alerts import open_alert
from dashboard.governance.goals import moved_goals
from dashboard.governance.risk.ratings import rating_of
from dashboard.governance.sign_offs.steps import step_states
from dashboard.governance.situation.situation import Situation
from dashboard.store.alerts import Alarm, append_alert
from dashboard.store.audit.chain import AuditContext
from dashboard.store.cards import list_cards
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.store.grants import list_grants
from dashboard.store.tokens import find_token
from dashboard.words import Sentence
from tests.access.acts import CARD, HIDDEN, HIDDEN_CARD, MODEL, NEW, TODAY, Act, acts

# Who acts, alone: the roles in the program, and in the model what the card below says. `part` sees one process only.
ACTORS: dict[str, tuple[str, ...]] = {
    "builder": ("data_scientist",),
    "leading-builder": ("data_scientist", "manager", "domain_expert"),
    "admin-builder": ("admin",),
    "manager": ("manager",),
    "admin": ("admin",),
    "stakeholder": ("manager", "business_stakeholder"),
    "deputy": ("manager", "admin"),
    "part": ("business_stakeholder", "domain_expert", "data_scientist", "manager", "admin"),
}
# Who answers for the model, and may move what it is measured against.
ANSWERING = ("executive", "deputy")
OTHERS = ("executive", "expert", "friend")


# What the class of a model follows from.
CLASSED = (lambda card: card.risk_class, lambda card: card.business.automation)


class UndoneError(Exception):
    """Raised to undo a sequence."""


@dataclass
class World:
    """The home in which sequences are tried, and where files are."""

    store: Store
    folder: Path

    def furnish(self) -> None:
        """Register models and people, and open an alert."""
        people = "".join(f"  - {{id: {one}, name: {one}}}\n" for one in (*ACTORS, *OTHERS) if one != "part")
        more = "  - {id: part, name: part, team: mine}\nteams: [{id: mine, name: Mine}]\n"
        processes = "processes: [{id: desk, name: Desk}]\n"
        for number, text in enumerate((f"people:\n{people}{more}{processes}", CARD, HIDDEN_CARD)):
            self.run("register", {}, operator("test"), text, f"base-{number}")
        for person, roles in ACTORS.items():
            limits = {"processes": ["desk"], "teams": ["mine"]} if person == "part" else {}
            self.run("grant_access", {"person": person, "roles": roles, "reason": "test", **limits}, operator("test"))
        with self.store.writing(AuditContext("monitor", "test")) as cursor:
            append_alert(cursor, Alarm(MODEL, "performance", "low", Sentence("Too low.")), "system")

    def run(
        self, action: str, values: dict[str, Any], principal: Principal, text: str | None = None, name: str = "f"
    ) -> str:
        if text is not None:
            path = self.folder / (f"{name}.jsonl" if text.startswith("{") else f"{name}.yaml")
            path.write_text(text, encoding="utf-8")
            values = {**values, "files": (path,)}
        return run_action(self.store, action, read_payload(action, values), principal)

    def attempt(self, person: str, act: Act, keys: list[str]) -> bool:
        """Do an act; whether it was done. A key that was shown is kept for acts of a program."""
        if act.action == "judge":
            return self.judge()
        principal = person_principal(self.store, person, f"login:{person}")
        if act.token:
            found = find_token(self.store, keys[-1]) if keys else None
            if found is None:
                return False
            principal = _of_token(self.store, found)
        values = json.loads(json.dumps(act.values).replace('"ME"', f'"{person}"'))
        text = act.file.replace("ME", person) if act.file is not None else None
        try:
            done = self.run(act.action, values, principal, text)
        except DashboardError:
            return False
        if act.action == "create_token":
            keys.append(key_in(done))
        return True

    def judge(self) -> bool:
        """What monitoring does to the alert when the area is ok by the card that is in force."""
        from dashboard.governance.alerts import follow_alerts
        from dashboard.measures.judging.verdict import Verdict

        if open_alert(self.store, MODEL, "performance") is None or not self.moved():
            return False
        audit_context = AuditContext("monitor", "test")
        with self.store.writing(audit_context) as cursor:
            follow_alerts(cursor, self.store, {MODEL: {"performance": Verdict("ok", Sentence("Good."))}}, audit_context)
        return open_alert(self.store, MODEL, "performance") is None

    def moved(self) -> bool:
        """Whether what the model is measured against is not what it was in the beginning."""
        return bool(moved_goals(self.first.card, list_cards(self.store)[MODEL].card))

    @property
    def first(self) -> Any:
        return Situation(self.store, seen=frozenset({MODEL})).histories[MODEL][0]


def state_of(world: World) -> str:
    """What sequences may change, as a text to compare."""
    situation = Situation(world.store)
    card = list_cards(world.store)[MODEL]
    events = [(event.kind, json.dumps(event.content, sort_keys=True)) for event in list_events(world.store)]
    with world.store.cursor() as cursor:
        grants = cursor.execute("SELECT person_id, content FROM access_grants ORDER BY ALL").fetchall()
        tokens = cursor.execute("SELECT name, person_id FROM tokens ORDER BY ALL").fetchall()
    known = (sorted(situation.cards), sorted(situation.organisation.people), grants, tokens, events)
    return repr((card.card.model_dump(mode="json"), *known, open_alert(world.store, MODEL, "performance") is None))


def forbidden(world: World, person: str, keys: list[str]) -> Iterator[str]:
    """What one person has brought about alone and must not be able to."""
    situation = Situation(world.store)
    yield from _accountable(world, situation, person)
    yield from _signed(world, situation, person)
    rating = rating_of(situation, MODEL, "degradation")
    built = {holder.person for role, holder in world.first.card.roles.held() if role == "data_scientist"}
    if person in built and rating is not None and rating.score < 16:
        yield "lowered the risk of their own model"
    first, now_card = world.first.card, list_cards(world.store)[MODEL].card
    if person in built and any(part(first) != part(now_card) for part in CLASSED):
        yield "changed what their own model is classed by"
    if first.business.purposes != now_card.business.purposes and person not in ANSWERING:
        yield "changed what the model is for"
    if world.moved() and person not in ANSWERING:
        yield "moved what the model is measured against"
    if world.moved() and person not in ANSWERING and open_alert(world.store, MODEL, "performance") is None:
        yield "closed an alert by a moved goal"
    yield from _seen(world, person, keys)


def _accountable(world: World, situation: Situation, person: str) -> Iterator[str]:
    for model in (MODEL, NEW):
        held = situation.roles.get(model, [])
        mine = {one.role for one in held if one.person == person and one.on(TODAY)}
        before = {role for role, holder in world.first.card.roles.held() if holder.person == person}
        for role in mine - (before if model == MODEL else set()):
            if role in ("accountable_executive", "deputy", "business_stakeholder", "domain_expert"):
                yield "made themselves accountable, or a signer"


def _signed(world: World, situation: Situation, person: str) -> Iterator[str]:
    for state in step_states(situation, MODEL):
        signed = [one.signature for one in state.roles.values() if one is not None]
        if len(state.roles) > 1 and state.state in ("signed", "conditional") and len({o.person for o in signed}) < 2:
            yield "signed a step of two roles alone"
    for event in list_events(world.store):
        if event.kind in ("sign_off", "risk") and event.content.get("person") != person:
            yield "decided in the name of somebody else"


def _seen(world: World, person: str, keys: list[str]) -> Iterator[str]:
    """More access than before: for oneself, or, of whoever sees a part, for anybody or by a token."""
    grants = list_grants(world.store)
    if grants[person].actor != "test":
        yield "gave themselves access"
    if person != "part":
        return
    readers = [person_principal(world.store, one, one) for one in ("part", "friend")]
    readers += [_of_token(world.store, found) for key in keys if (found := find_token(world.store, key)) is not None]
    if any(reader.roles and reader.sees(HIDDEN) for reader in readers):
        yield "sees a hidden model"


@dataclass
class Search:
    """The sequences of one person, breadth first, of the acts whose names begin with one of `among`."""

    world: World
    person: str
    depth: int
    until: float
    among: tuple[str, ...] = ("",)
    tried: int = 0
    stopped: bool = False
    _known: set[str] = field(default_factory=set)

    def findings(self) -> Iterator[tuple[str, tuple[str, ...]]]:
        """Each forbidden state with the names of the acts that led to it."""
        level: list[tuple[Act, ...]] = [()]
        for _ in range(self.depth):
            following: list[tuple[Act, ...]] = []
            for before in level:
                for act, state, found in self._after(before):
                    sequence = (*before, act)
                    yield from ((what, tuple(one.name for one in sequence)) for what in found)
                    if state not in self._known:
                        self._known.add(state)
                        following.append(sequence)
                if self.stopped:
                    return
            level = following

    def _after(self, before: tuple[Act, ...]) -> Iterator[tuple[Act, str, list[str]]]:
        """The acts that are done after a sequence, with the state that they lead to and what is forbidden about it."""
        left = [one for one in acts() if one.name.startswith(self.among)]
        while left and not self.stopped:
            done = self._first_done(before, left)
            if done is not None:
                yield done

    def _first_done(self, before: tuple[Act, ...], left: list[Act]) -> tuple[Act, str, list[str]] | None:
        """Try the acts that are left until one is done, which is undone again with the sequence before it."""
        result: tuple[Act, str, list[str]] | None = None

        def work() -> None:
            nonlocal result
            keys: list[str] = []
            for act in before:
                self.world.attempt(self.person, act, keys)
            while left and result is None:
                self.stopped = time.monotonic() > self.until
                if self.stopped:
                    break
                self.tried += 1
                act = left.pop(0)
                if self.world.attempt(self.person, act, keys):
                    result = act, state_of(self.world), list(forbidden(self.world, self.person, keys))
            raise UndoneError

        with suppress(UndoneError):
            self.world.store.writer.perform(work)
        return result
