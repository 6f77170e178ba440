"""Every action and every view, by everybody, through every door: open to whom the table says, and to nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import nullcontext
from pathlib import Path

import pytest

from dashboard.actions.registry import ACTIONS, Action, Payload
from dashboard.store.tokens import SCOPES
from dashboard.views.query import OPTIONS, Query
from dashboard.views.registry import VIEWS
from tests.access import expected
from tests.access.expected import ROLES, Row
from tests.access.rule_cases import BARE, CASES
from tests.access.world import DENIED, DONE, World, tried, words_of, world_in
from tests.examples import EXAMPLES, asked_of, with_example

PEOPLE = {f"person.{letter.lower()}": letter for letter in ROLES}
# A leaver, somebody whom nobody registered, and somebody who holds a role of the model but none in the program.
NOBODYS = ("person.gone", "nobody.known", BARE)
# What stands in the tables; that everything does is asked once, so that one missing line is one failure.
TRIED = [name for name in with_example() if name in expected.ACTIONS]
ASKED = [name for name in sorted(VIEWS.all()) if name in expected.VIEWS]
Cell = tuple[str, bool, Callable[[], str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    with world_in(tmp_path_factory.mktemp("matrix")) as made:
        yield made


def row_of(name: str) -> Row:
    assert name in expected.ACTIONS, f"action {name!r} is new: add its line to ACTIONS in tests/access/expected.py"
    return expected.ACTIONS[name]


def letters_of(view: str) -> str:
    assert view in expected.VIEWS, f"view {view!r} is new: add its line to VIEWS in tests/access/expected.py"
    return expected.VIEWS[view]


def cells_of_action(world: World, action: Action, payload: Payload) -> Iterator[Cell]:
    """What is tried, whether it must succeed, and the try."""
    row, words = row_of(action.name), words_of(action, payload)
    for person, letter in PEOPLE.items():
        may = letter in row.may
        yield f"page as {letter}", may, lambda person=person: world.page_act(person, action, payload)
        yield f"HTTP as {letter}", may, lambda person=person: world.http_act(world.as_person(person), action, payload)
        yield f"command as {letter}", may, lambda person=person: world.command(person, words)
    for who in NOBODYS:
        yield f"page as {who}", False, lambda who=who: world.page_act(who, action, payload)
        yield f"HTTP as {who}", False, lambda who=who: world.http_act(world.as_person(who), action, payload)
        yield f"command as {who}", False, lambda who=who: world.command(who, words)
    yield from cells_about_oneself(world, action, payload)
    yield "page, not logged in", False, lambda: world.page_act(None, action, payload)
    yield "HTTP without token", False, lambda: world.http_act({}, action, payload)
    alone = row.program and not row.personal
    yield "command of the operator", alone, lambda: world.command(None, words)
    for scope in SCOPES:
        may = row.needed == scope and alone
        yield f"token for {scope}", may, lambda scope=scope: world.http_act(world.token(scope), action, payload)
    may = row.scope is not None and "D" in row.may
    yield "token of D", may, lambda: world.http_act(world.token("person.d"), action, payload)
    may = may and not row.personal
    yield "token of D without decisions", may, lambda: world.http_act(world.token("undecided"), action, payload)
    yield "token of a leaver", False, lambda: world.http_act(world.token("person.gone"), action, payload)


def cells_about_oneself(world: World, action: Action, payload: Payload) -> Iterator[Cell]:
    """Who has no role is not let in by a rule that everybody may do it to themselves."""
    if "person" in type(payload).model_fields:
        own = payload.model_copy(update={"person": BARE})
        yield "page about oneself", False, lambda: world.page_act(BARE, action, own)
        yield "HTTP about oneself", False, lambda: world.http_act(world.as_person(BARE), action, own)
        yield "command about oneself", False, lambda: world.command(BARE, words_of(action, own))


def cells_of_view(world: World, name: str) -> Iterator[Cell]:
    about = asked_of(VIEWS.get(name))
    query = Query(**about, feature="amount" if name == "distribution" else None)
    named = [text for field, text in about.items() if OPTIONS[field].flag is None or field == "node"]
    asked = [part for field, text in about.items() if text not in named for part in (OPTIONS[field].flag, text)]
    words = ["show", name, *named, *asked, *(["--feature", "amount"] if query.feature else [])]
    for person, letter in PEOPLE.items():
        may = letter in letters_of(name)
        yield f"page as {letter}", may, lambda person=person: world.page_read(person, name, query)
        yield f"HTTP as {letter}", may, lambda person=person: world.http_read(world.as_person(person), name, query)
        yield f"command as {letter}", may, lambda person=person: world.command(person, words)
    for who in NOBODYS:
        yield f"page as {who}", False, lambda who=who: world.page_read(who, name, query)
        yield f"HTTP as {who}", False, lambda who=who: world.http_read(world.as_person(who), name, query)
        yield f"command as {who}", False, lambda who=who: world.command(who, words)
    yield "page, not logged in", False, lambda: world.page_read(None, name, query)
    yield "HTTP without token", False, lambda: world.http_read({}, name, query)
    yield "command of the operator", True, lambda: world.command(None, words)
    for scope in SCOPES:
        may = scope == "read"
        yield f"token for {scope}", may, lambda scope=scope: world.http_read(world.token(scope), name, query)
    of_d = "D" in letters_of(name)
    yield "token of D", of_d, lambda: world.http_read(world.token("person.d"), name, query)
    yield "token of a leaver", False, lambda: world.http_read(world.token("person.gone"), name, query)


def wrong_cells(world: World, actions: Iterable[str], views: Iterable[str]) -> list[str]:
    """Every cell that is not as the table says, or that wrote something although it was refused."""
    wrong = []
    for name in actions:
        action, payload = ACTIONS.get(name), world.example(name).payload
        for what, may, attempt in cells_of_action(world, action, payload):
            before = world.counts()
            if may:
                with world.standing_in(name):
                    found = tried(attempt)
            else:
                found = tried(attempt)
            wrong += judged(f"{name}, {what}", found, may=may)
            wrong += [f"{name}, {what}: was refused, and wrote"] if not may and world.counts() != before else []
    for name in views:
        before = world.counts()
        for what, may, attempt in cells_of_view(world, name):
            # One letter reads the real answer through each door; for the others it is enough whether they would.
            read = nullcontext() if what.split(" as ")[-1] == letters_of(name)[-1] else world.standing_in_view(name)
            with read:
                found = tried(attempt)
            wrong += judged(f"{name}, {what}", found, may=may)
        wrong += [f"{name}: a question wrote something"] if world.counts() != before else []
    world.service.access._failures.clear()
    return wrong


def judged(cell: str, found: str, *, may: bool) -> list[str]:
    wanted = DONE if may else DENIED
    return [] if found == wanted else [f"{cell}: {found}, must be {wanted}"]


def test_the_table_knows_every_action_and_view_and_nothing_else() -> None:
    for name in ACTIONS.all():
        row_of(name)
    for name in VIEWS.all():
        letters_of(name)
    assert set(expected.ACTIONS) == set(ACTIONS.all())
    assert set(expected.VIEWS) == set(VIEWS.all())


def test_every_action_has_an_example_and_no_other() -> None:
    missing = sorted(ACTIONS.all().keys() - EXAMPLES.keys())
    assert not missing, f"actions without an example, which belongs into EXAMPLES of tests/examples.py: {missing}"
    assert EXAMPLES.keys() <= ACTIONS.all().keys()


@pytest.mark.parametrize("name", TRIED)
def test_an_action_says_of_itself_what_the_table_says(name: str) -> None:
    action, row = ACTIONS.get(name), row_of(name)
    assert action.roles == {ROLES[letter] for letter in row.roles}
    assert (action.scope, action.personal) == (row.needed, row.personal)
    assert tuple(rule.__name__ for rule in action.rights.rules) == row.rules


@pytest.mark.parametrize("name", TRIED)
def test_an_action_is_open_to_whom_the_table_says(world: World, name: str) -> None:
    assert wrong_cells(world, [name], []) == []


@pytest.mark.parametrize("name", ASKED)
def test_a_view_is_open_to_whom_the_table_says(world: World, name: str) -> None:
    assert wrong_cells(world, [], [name]) == []


def wrong_rules(world: World, actions: Iterable[str]) -> list[str]:
    """Every rule that does not stop what it must, or stops what it must let through."""
    wrong = []
    for name in actions:
        for rule in row_of(name).rules:
            cases = CASES.get((name, rule), ())
            assert {case.allowed for case in cases} == {True, False}, (
                f"rule {rule!r} of {name!r} needs a case that it lets through and one that it stops: "
                "add them to tests/access/rule_cases.py"
            )
            for case in cases:
                payload = ACTIONS.get(name).payload.model_validate(case.render(world.folder))
                before = world.counts()
                if case.allowed:
                    with world.standing_in(name):
                        found = world.page_act(case.person, ACTIONS.get(name), payload)
                else:
                    found = world.page_act(case.person, ACTIONS.get(name), payload)
                    wrong += [f"{name}, {rule}: wrote"] if world.counts() != before else []
                wrong += judged(f"{name}, {rule}, {case}", found, may=case.allowed)
    return wrong


def test_rules_look_at_what_the_action_is_about(world: World) -> None:
    assert wrong_rules(world, TRIED) == []


@pytest.mark.parametrize("name", [name for name in TRIED if expected.ACTIONS[name].may])
def test_an_allowed_action_is_really_done_in_the_name_of_the_person(tmp_path: Path, name: str) -> None:
    with world_in(tmp_path, name) as world:
        action, row = ACTIONS.get(name), row_of(name)
        person = f"person.{row.may[-1].lower()}"
        head = world.store.ledger.head.seq
        assert world.page_act(person, action, world.example(name).payload) == DONE
        with world.store.cursor() as cursor:
            found = cursor.execute("SELECT DISTINCT actor FROM audit WHERE seq > ?", [head]).fetchall()
        assert found == [(f"login:{person}",)]
