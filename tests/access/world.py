"""A home with a person for each role, a leaver, tokens, and the three doors through which anybody acts and asks."""

from __future__ import annotations

import functools
import json
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.testclient import TestClient

from dashboard.access import login
from dashboard.access.exposure import Exposure
from dashboard.access.principal import operator
from dashboard.actions.access import NewGrant
from dashboard.actions.ingest import Delivery
from dashboard.actions.register import Files
from dashboard.actions.registry import ACTIONS, Action, Call, Payload, run_action
from dashboard.api.guard import Guard
from dashboard.api.routes import routes
from dashboard.api.service import Service
from dashboard.api.signin import Cookies
from dashboard.cli import command_line
from dashboard.errors import DashboardError, ForbiddenError, NotFoundError
from dashboard.store.alerts import Alarm, append_alert
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine import database
from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store, open_store
from dashboard.store.engine.shared_stores import release_store
from dashboard.store.tokens import SCOPES, create_token
from dashboard.ui.session import data, reader
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS
from dashboard.words import Sentence
from tests.acceptance.portfolio import BINARY_CARD, STRICT_CARD, attributed, claims, write_rows
from tests.access.expected import ROLES
from tests.access.rule_cases import BARE, BOTH, DEPUTY, FOUND, HELD, PART, RATED, SAID, TRAINED, TRAINER
from tests.examples import Example, example_of, with_example
from tests.ledger.conftest import fill

DONE, DENIED = "done", "denied"
PEOPLE = "".join(
    f"  - {{id: person.{letter.lower()}, name: Person {letter}, email: {letter.lower()}@example.org}}\n"
    for letter in ROLES
)
OTHERS = "".join(
    f"  - {{id: {one}, name: Of {one}, email: {one.removeprefix('person.')}@example.org}}\n"
    for one in (DEPUTY, BOTH, TRAINER, BARE)
)
LEAVER = "  - {id: person.gone, name: Person gone, email: gone@example.org, to: 2020-12-31}\n"
# Two models besides: one in a process of its own, and one that nobody sees who is shown that process only.
SEEN_CARD = BINARY_CARD.replace("id: claims", "id: seen").replace("business: {", "business: {process: desk, ")
HIDDEN_CARD = BINARY_CARD.replace("id: claims", "id: zebra").replace("Claims", "Zebra").replace("Schäden", "Zebra")
HIDDEN_EVENT = {"kind": "usage", "model": "zebra", "at": "2024-03-01", "consumer": "z", "purpose": "p", "calls": 9}
# Who prepares the examples: what must be done before them stands under a name as well.
SOMEBODY = replace(operator("test"), person="anna.keller")
SETTINGS = {
    login.METADATA_URL: "https://id.example.org/.well-known/openid-configuration",
    login.CLIENT_ID: "ledger",
    login.CLIENT_SECRET: "between-ledger-and-provider",
    login.COOKIE_SECRET: "a-cookie-secret-of-the-tests-0123456789-abcdefgh",
    login.PUBLIC_URL: "https://ledger.example.org",
}


def claims_of(person: str | None) -> dict[str, object]:
    """The claims of a login as Streamlit gives them to a page; None: nobody is logged in."""
    if person is None:
        return {"is_logged_in": False}
    at = now().timestamp()
    name = person.removeprefix("person.")
    return {
        "is_logged_in": True, "sub": f"sub-{name}", "iat": at - 60, "exp": at + 600, "email": f"{name}@example.org",
        "email_verified": True,
    }  # fmt: skip


@dataclass
class World:
    """The home, its API, keys of tokens, and the patches that make a page see who is logged in."""

    folder: Path
    service: Service
    client: TestClient
    keys: dict[str, str]
    patch: pytest.MonkeyPatch

    @property
    def store(self) -> Store:
        return self.service.store

    def example(self, name: str) -> Example:
        place = self.folder / f"example-{name}"
        place.mkdir(exist_ok=True)
        return example_of(name, place)

    def counts(self) -> dict[str, int]:
        """The rows of every table of facts, and of the chain."""
        with self.store.cursor() as cursor:
            names = [*self.store.ledger.tables, "audit"]
            return {name: cursor.execute(f"SELECT count(*) FROM {name}").fetchone()[0] for name in names}

    @contextmanager
    def standing_in(self, name: str) -> Iterator[None]:
        """For a while the action does nothing but say so: what is asked is whether it would be reached."""
        real = ACTIONS.get(name)

        def reached(call: Call, payload: Payload) -> str:
            return "reached"

        ACTIONS._entries[name] = replace(real, run=reached)
        try:
            yield
        finally:
            ACTIONS._entries[name] = real

    @contextmanager
    def standing_in_view(self, name: str) -> Iterator[None]:
        """For a while the view answers with nothing at once: what is asked is whether it would be reached."""
        real = VIEWS.get(name)
        VIEWS._entries[name] = replace(real, read=lambda store, query: pd.DataFrame())
        try:
            yield
        finally:
            VIEWS._entries[name] = real

    def page(self, person: str | None, work: Callable[[], object]) -> str:
        """Through the door of pages, logged in as a person."""
        self.patch.setattr(reader, "claims", lambda: claims_of(person))
        try:
            work()
        except ForbiddenError:
            return DENIED
        except NotFoundError as fault:
            return f"NotFoundError: {fault}"
        except DashboardError as fault:
            return f"{type(fault).__name__}: {fault}"
        return DONE

    def page_act(self, person: str | None, action: Action, payload: Payload) -> str:
        return self.page(person, lambda: data.act(action.name, payload.model_dump(exclude_none=True)))

    def page_read(self, person: str | None, name: str, query: Query) -> str:
        return self.page(person, lambda: data.read(name, query))

    def http_act(self, headers: Mapping[str, str], action: Action, payload: Payload) -> str:
        url, values = f"/api/v1/actions/{action.name}", payload.model_dump(mode="json", exclude_none=True)
        if not action.takes_files:
            return told(self.client.post(url, headers=dict(headers), json=values))
        fields = {name: str(value) for name, value in values.items() if name != "files"}
        opened = [("files", (Path(path).name, Path(path).read_bytes())) for path in values["files"]]
        return told(self.client.post(url, headers=dict(headers), data=fields, files=opened))

    def http_read(self, headers: Mapping[str, str], name: str, query: Query) -> str:
        named = {name: getattr(query, name) for name in ("model", "feature", "node", "prediction", "against")}
        asked = {key: value for key, value in named.items() if value}
        return told(self.client.get(f"/api/v1/views/{name}", headers=dict(headers), params=asked))

    def token(self, name: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.keys[name]}"}

    def as_person(self, person: str) -> dict[str, str]:
        """How the command line of this machine speaks to the server in a person's name."""
        secret = self.service.access.secret
        return {"Authorization": f"Bearer {secret}", "X-Actor": "cli:test", "X-Person": person}

    def command(self, person: str | None, words: list[str]) -> str:
        """One command, in a person's name."""
        named = [] if person is None else ["--as", person]
        code = command_line.main([*words, *named, "--home", str(self.service.home)])
        return {0: DONE, 2: DENIED}.get(code, f"exit code {code}")


def tried(attempt: Callable[[], str]) -> str:
    """What an attempt came to; behind a check that is taken out nothing may be as the code relies on."""
    try:
        return attempt()
    except (AssertionError, KeyError) as fault:
        return f"{type(fault).__name__}: {fault}"


def told(answer: Any) -> str:
    known = {200: DONE, 401: DENIED, 403: DENIED}
    return known.get(answer.status_code, f"{answer.status_code}: {answer.text[:200]}")


def words_of(action: Action, payload: Payload) -> list[str]:
    """A payload as the words of its command."""
    from dashboard.cli.commands import FIELDS

    words: list[str] = []
    for word in action.command:
        if word.islower() and not word.startswith(("[", "--")):
            words.append(word)
            continue
        several, name = word.strip("[]").endswith("..."), word.strip("[].").lstrip("-").lower()
        value = getattr(payload, FIELDS.get(name, name.replace("-", "_")) + ("s" if several else ""))
        if isinstance(value, bool):
            words += [f"--{name}"] if value else []
            continue
        values = [str(one) for one in (value if several else [value]) if one is not None]
        if "--" in word and values:
            words.append(f"--{name}")
        words += values
    return words


class Kept:
    """A store that a command may close without ending it."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def close(self) -> None:
        """Left open for the next command."""


@contextmanager
def world_in(folder: Path, *prepared: str) -> Iterator[World]:
    """A world in a folder of its own; everything it patched is put back in the end.

    The examples of the actions `prepared`, by default of all, find what they need.
    """
    template, keys = _template()
    shutil.copytree(template.name, folder, dirs_exist_ok=True)
    service = Service(folder / "home")
    patch = pytest.MonkeyPatch()
    try:
        _prepare(service.store, folder, prepared)
        patch.setenv("DASHBOARD_HOME", str(folder / "home"))
        for name, value in SETTINGS.items():
            patch.setenv(name, value)
        patch.setattr(database, "open_store", lambda _: Kept(service.store))
        patch.setattr(command_line, "build_parser", functools.cache(command_line.build_parser))
        exposure = Exposure("127.0.0.1", login.configured_login(), everybody=False)
        cookies = Cookies(lambda _: None, lambda: "")
        guard = Middleware(Guard, service=service, pages=["drift"], exposure=exposure, cookies=cookies)
        app = Starlette(routes=routes(service), middleware=[guard])
        service.ready = True
        with TestClient(app, base_url="http://127.0.0.1:8501", client=("127.0.0.1", 50_000)) as client:
            yield World(folder, service, client, keys, patch)
    finally:
        patch.undo()
        release_store(folder / "home")


@functools.cache
def _template() -> tuple[tempfile.TemporaryDirectory[str], dict[str, str]]:
    """A furnished home, made once and copied for each world, with the keys of its tokens."""
    kept = tempfile.TemporaryDirectory(prefix="world-")
    folder = Path(kept.name)
    store = open_store(folder / "home")
    try:
        return kept, _furnish(store, folder)
    finally:
        store.close()


def _furnish(store: Store, folder: Path) -> dict[str, str]:
    fill(store, folder)
    path = attributed(claims(number=200).frame.head(5), folder / "attributions.parquet")
    run_action(store, "ingest_attributions", Delivery(model="claims", files=(path,)), operator("test"))
    part = f"  - {{id: {PART}, name: Person Part, email: part@example.org}}\nprocesses: [{{id: desk, name: Desk}}]\n"
    texts = {"all": f"people:\n{PEOPLE}{OTHERS}{LEAVER}{part}", "seen": SEEN_CARD, "zebra": HIDDEN_CARD}
    for name, text in texts.items():
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")
    run_action(store, "register", Files(files=tuple(folder / f"{name}.yaml" for name in texts)), operator("test"))
    rows = claims(number=120).frame
    path = write_rows(rows.assign(id=[f"z{number}" for number in range(len(rows))]), folder / "zebra.parquet")
    run_action(store, "ingest_predictions", Delivery(model="zebra", files=(path,)), operator("test"))
    (folder / "zebra.jsonl").write_text(json.dumps(HIDDEN_EVENT) + "\n", encoding="utf-8")
    run_action(store, "ingest_events", Files(files=(folder / "zebra.jsonl",)), operator("test"))
    everything = NewGrant(person=PART, roles=tuple(ROLES.values()), processes=("desk",), reason="test")
    run_action(store, "grant_access", everything, operator("test"))
    for letter, role in ROLES.items():
        grant = NewGrant(person=f"person.{letter.lower()}", roles=(role,), reason="test")
        run_action(store, "grant_access", grant, operator("test"))
    _appoint(store, folder)
    with store.writing(AuditContext("create_token", "test")) as cursor:
        keys = {scope: create_token(cursor, f"only-{scope}", [scope], "test") for scope in SCOPES}
        for person in ("person.d", "person.gone"):
            keys[person] = create_token(cursor, f"of-{person}", SCOPES, "test", person)
        fewer = [scope for scope in SCOPES if scope != "decisions"]
        keys["undecided"] = create_token(cursor, "undecided", fewer, "test", "person.d")
    return keys


def _prepare(store: Store, folder: Path, prepared: Sequence[str]) -> None:
    """What must have been done before the examples of these actions."""
    done: list[tuple[str, Payload]] = []
    for name in prepared or with_example():
        place = folder / f"example-{name}"
        place.mkdir()
        for step in example_of(name, place).before:
            if step not in done:
                run_action(store, step[0], step[1], SOMEBODY)
                done.append(step)


def _appoint(store: Store, folder: Path) -> None:
    """What the rules look at: who holds which role of the model of the examples, a rating, and a finding."""
    common = {"kind": "role", "model": "claims", "at": "2024-01-01"}
    events = [*({**common, "role": role, "person": person} for person, role in HELD), RATED, FOUND, TRAINED, SAID]
    (folder / "held.jsonl").write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
    run_action(store, "ingest_events", Files(files=(folder / "held.jsonl",)), operator("test"))
    _move_a_goal(store, folder)
    granted = {DEPUTY: ("business_stakeholder",), BOTH: ("data_scientist", "manager"), TRAINER: ("manager",)}
    for person, roles in granted.items():
        run_action(store, "grant_access", NewGrant(person=person, roles=roles, reason="test"), operator("test"))


def _move_a_goal(store: Store, folder: Path) -> None:
    """An alert on the age of the model, and then a card that does not ask for a new training any more."""
    before = STRICT_CARD
    for text in (f"{before}retraining: {{max_age_days: 30}}\n", before):
        (folder / "moved.yaml").write_text(text, encoding="utf-8")
        run_action(store, "register", Files(files=(folder / "moved.yaml",)), operator("test"))
        if text != before:
            with store.writing(AuditContext("monitor", "test")) as cursor:
                append_alert(cursor, Alarm("claims", "retraining", "low", Sentence("Too old.")), "system")
