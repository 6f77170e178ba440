"""What was recorded by an earlier version is recognised; a field that is added later makes nothing new."""

from __future__ import annotations

import ast
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from dashboard.access.principal import operator
from dashboard.actions.register import Files
from dashboard.actions.registry import run_action
from dashboard.schema.events import EVENT_KINDS, Event
from dashboard.schema.people import PeopleFile
from dashboard.schema.reading.documents import read_document
from dashboard.schema.reading.event_files import read_events
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.recorded import FIRST_FIELDS, content_text, recorded_content, text_key
from dashboard.store.audit.rebuild import rebuild
from dashboard.store.audit.verify import verify_home
from dashboard.store.engine.database import open_store

GOLDEN = Path(__file__).parent / "golden"
KEYS = GOLDEN / "keys.json"
PROJECT = Path(__file__).parents[2]
# A field with each sort of default, as a later version might add it to any part.
LATER = """
    later_text: str | None = None
    later_flag: bool = False
    later_share: float = 0.5
    later_names: list[str] = []
    later_by_name: dict[str, float] = {}
    later_part: StrictModel = StrictModel()
"""


def documents() -> list[Path]:
    return sorted(GOLDEN.glob("*.yaml"))


def event_files(folder: Path) -> list[Path]:
    """The events of the first version, and those of kinds that came later, if there are any."""
    return sorted(folder.glob("*events.jsonl"))


def golden_events() -> Iterator[tuple[Path, int, Event]]:
    """Each golden event with its file and row."""
    for path in event_files(GOLDEN):
        yield from ((path, row, event) for row, event in read_events(path))


def recorded_parts() -> Iterator[tuple[str, StrictModel]]:
    """Every event, card, person, team and process of the golden files, with a name."""
    for path, row, event in golden_events():
        yield f"{event.kind} in row {row} of {path.name}", event
    for path in documents():
        value = read_document(str(path), path.read_bytes()).value
        if isinstance(value, PeopleFile):
            for kind in ("people", "teams", "processes"):
                yield from ((f"{kind} {entry.id}", entry) for entry in getattr(value, kind))
        else:
            assert isinstance(value, StrictModel)
            yield path.stem, value


def inner_parts(value: object) -> Iterator[StrictModel]:
    if isinstance(value, StrictModel):
        yield value
        value = [getattr(value, name) for name in type(value).model_fields]
    for inner in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from inner_parts(inner)


@pytest.fixture
def material(tmp_path: Path) -> Path:
    """The golden files, and the model file that a card of them names (it is empty)."""
    folder = tmp_path / "material"
    shutil.copytree(GOLDEN, folder)
    (folder / "model.skops").touch()
    return folder


@pytest.fixture
def old_home(tmp_path: Path) -> Path:
    """A home that the version before recorded all golden files in."""
    home = tmp_path / "home"
    home.mkdir()
    shutil.copy(GOLDEN / "journal.jsonl", home)
    rebuild(home)
    return home


def recorded_again(home: Path, material: Path) -> list[str]:
    """What the actions say when everything is sent once more."""
    store = open_store(home)
    try:
        cards = Files(files=tuple(sorted(material.glob("*.yaml"))))
        events = Files(files=(material / "events.jsonl",))
        return [
            run_action(store, name, payload, operator("cli:tester"))
            for name, payload in (("register", cards), ("ingest_events", events))
        ]
    finally:
        store.close()


def keys_in(home: Path) -> dict[str, list[tuple[str, str]]]:
    store = open_store(home)
    try:
        with store.cursor() as cursor:
            return {
                table: cursor.execute(f"SELECT fact_id, content FROM {table} ORDER BY ALL").fetchall()
                for table in ("cards", "organisation", "events")
            }
    finally:
        store.close()


@pytest.fixture
def next_version(tmp_path: Path) -> Path:
    """A copy of the program in which every part of a card, of an event and of the organisation has further fields."""
    folder = tmp_path / "next"
    folder.mkdir()
    shutil.copytree(PROJECT / "dashboard", folder / "dashboard", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("config", "locales"):
        (folder / name).symlink_to(PROJECT / name)
    extended = {name for path in (folder / "dashboard" / "schema").rglob("*.py") for name in extend_parts(path)}
    assert {kind.__name__ for kind in [*FIRST_FIELDS, *EVENT_KINDS.values()]} <= extended
    return folder


def extend_parts(path: Path) -> list[str]:
    """Add LATER to the classes of a module that are parts, and return their names."""
    lines = path.read_text().splitlines()
    classes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.ClassDef)]
    parts = [
        node
        for node in classes
        if {base.id for base in node.bases if isinstance(base, ast.Name)} & {"StrictModel", "CommonFields"}
    ]
    for node in sorted(parts, key=lambda node: -node.lineno):
        assert node.body[0].end_lineno is not None
        lines[node.body[0].end_lineno : node.body[0].end_lineno] = LATER.splitlines()
    if parts:
        imported = f"from {StrictModel.__module__} import StrictModel"
        lines.insert(lines.index("from __future__ import annotations") + 1, imported)
    path.write_text("\n".join(lines) + "\n")
    return [node.name for node in parts]


def sent_to(program: Path, home: Path, *command: str | Path) -> str:
    line = [sys.executable, "-m", "dashboard", "--home", str(home), *map(str, command)]
    surroundings = os.environ | {"PYTHONPATH": ""}
    done = subprocess.run(line, cwd=program, env=surroundings, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


NOTHING_NEW = [
    "recorded 0 new or changed cards and 0 people, teams and processes",
    "received 22 events; added 0, ignored 22 that were there",
]


def test_keys_are_those_of_the_first_version():
    found = {name: text_key(content_text(recorded_content(part))) for name, part in recorded_parts()}
    assert found == json.loads(KEYS.read_text())


def test_every_kind_of_event_has_golden_keys_with_few_and_with_many_fields():
    kinds = [event.kind for _, _, event in golden_events()]
    assert {kind for kind in EVENT_KINDS if kinds.count(kind) >= 2} == set(EVENT_KINDS)


def test_every_field_of_the_first_version_is_given_and_left_out_in_the_golden_files():
    given: dict[type[StrictModel], set[str]] = {kind: set() for kind in FIRST_FIELDS}
    left_out: dict[type[StrictModel], set[str]] = {kind: set() for kind in FIRST_FIELDS}
    for _, part in recorded_parts():
        for inner in inner_parts(part):
            for kind in FIRST_FIELDS.keys() & set(type(inner).__mro__):
                for name, field in kind.model_fields.items():
                    key = field.serialization_alias or name
                    (given if name in inner.model_fields_set else left_out)[kind].add(key)
    for kind, names in FIRST_FIELDS.items():
        assert set(names.split()) <= given[kind], kind
        assert set(names.split()) <= left_out[kind], kind


def test_a_home_of_the_version_before_takes_everything_as_known(old_home, material):
    before = keys_in(old_home)
    assert recorded_again(old_home, material) == NOTHING_NEW
    assert keys_in(old_home) == before
    assert {table: len(rows) for table, rows in before.items()} == {"cards": 5, "organisation": 6, "events": 22}
    assert not verify_home(old_home).faults


def test_a_default_that_is_given_is_the_same_as_one_that_is_left_out(material, old_home):
    """Defaults written out make no new event and change no card."""
    lines = [json.loads(line) for line in (material / "events.jsonl").read_text().splitlines()]
    for line in lines:
        for name, field in EVENT_KINDS[line["kind"]].model_fields.items():
            if not field.is_required():
                line.setdefault(field.serialization_alias or name, field.get_default(call_default_factory=True))
    (material / "events.jsonl").write_text("\n".join(json.dumps(line) for line in lines))
    card = material / "card_bare.yaml"
    defaults = (
        "time_zone: UTC\nperiod: day\nsimulated: false\nbusiness: {purposes: [], population: {}}\nmonitoring: {}\n"
    )
    card.write_text(card.read_text() + defaults)
    assert recorded_again(old_home, material) == NOTHING_NEW


def test_a_field_that_is_added_later_makes_nothing_new(next_version, material, old_home):
    store = open_store(old_home)
    run_action(store, "ingest_events", Files(files=tuple(event_files(material))), operator("cli:tester"))
    store.close()
    before = keys_in(old_home)
    assert sent_to(next_version, old_home, "register", *sorted(material.glob("*.yaml"))) == NOTHING_NEW[0]
    assert "added 0" in sent_to(next_version, old_home, "ingest", "events", *event_files(material))
    assert keys_in(old_home) == before


def test_what_the_next_version_records_is_new_once_it_is_given(next_version, material, old_home):
    bare, events = material / "card_bare.yaml", material / "events.jsonl"
    bare.write_text(bare.read_text().replace("{kind: numeric}", "{kind: numeric, later_names: [years]}"))
    said = events.read_text().replace('"minutes": 90', '"minutes": 90, "later_flag": true')
    events.write_text(said)
    assert sent_to(next_version, old_home, "register", bare).startswith("recorded 1 new or changed cards")
    assert "added 1, ignored 21" in sent_to(next_version, old_home, "ingest", "events", events)
    assert "added 0, ignored 22" in sent_to(next_version, old_home, "ingest", "events", events)
