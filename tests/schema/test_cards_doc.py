"""docs/cards.md shows every key there is, and every example in it is accepted."""

import re
from collections.abc import Iterator
from typing import Any, get_args

import pytest
from pydantic import BaseModel

from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import METRICS
from dashboard.schema.events import EVENT_KINDS, CommonFields, parse_event
from dashboard.schema.people import PeopleFile
from dashboard.schema.reading.documents import read_document
from dashboard.schema.reading.event_files import parse_line
from dashboard.schema.reading.places import keys_of
from tests.architecture.tree import ROOT

DOC = (ROOT / "docs" / "cards.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```(?:yaml|json) (\S+).*?\n(.*?)```", DOC, flags=re.DOTALL)


def blocks(kind: str) -> list[str]:
    found = [text for name, text in BLOCKS if name == kind]
    assert found
    return found


def parts_below(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
        for field in annotation.model_fields.values():
            yield from parts_below(field.annotation)
    for argument in get_args(annotation):
        yield from parts_below(argument)


def shown_fields(value: object) -> Iterator[tuple[type[BaseModel], str]]:
    """Each part in a value with each field that was written there."""
    if isinstance(value, BaseModel):
        for name in value.model_fields_set:
            yield type(value), name
            yield from shown_fields(getattr(value, name))
    elif isinstance(value, dict | list):
        for below in value.values() if isinstance(value, dict) else value:
            yield from shown_fields(below)


SHOWN = {
    shown
    for name, text in BLOCKS
    if name in ("card", "people")
    for shown in shown_fields(read_document("docs", text.encode()).value)
}


@pytest.mark.parametrize("text", blocks("card"))
def test_each_card_is_accepted(text):
    assert read_document("docs", text.encode()).kind == "card"


def test_the_people_are_accepted():
    (text,) = blocks("people")
    assert read_document("docs", text.encode()).kind == "people"


def test_each_event_is_accepted_and_no_kind_is_left_out():
    (text,) = blocks("events")
    assert [parse_event(parse_line(line.encode())).kind for line in text.splitlines()] == list(EVENT_KINDS)


@pytest.mark.parametrize(
    "part", dict.fromkeys([*parts_below(ModelCard), *parts_below(PeopleFile)]), ids=lambda part: part.__name__
)
def test_every_key_is_shown(part):
    assert [name for name in part.model_fields if (part, name) not in SHOWN] == []


@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_each_kind_lists_its_required_and_optional_fields(kind):
    (row,) = re.findall(rf"^\| `{kind}` \|(.*)\|(.*)\|$", DOC, flags=re.MULTILINE)
    written = [re.findall(r"\w+", re.sub(r"\(.*?\)", "", cell)) for cell in row]
    own = {key: field for key, field in keys_of(EVENT_KINDS[kind]).items() if key not in CommonFields.model_fields}
    own |= {"version": EVENT_KINDS[kind].model_fields["version"]} if kind == "deployment" else {}
    assert set(written[0]) == {key for key, field in own.items() if field.is_required()}
    assert set(written[1]) == {key for key, field in own.items() if not field.is_required()}


@pytest.mark.parametrize("kind", list(EVENT_KINDS))
def test_each_kind_lists_the_choices_of_its_fields(kind):
    (row,) = re.findall(rf"^\| `{kind}` \|(.*)$", DOC, flags=re.MULTILINE)
    for name in ("activity", "dimension", "step", "decision"):
        field = EVENT_KINDS[kind].model_fields.get(name)
        if field is not None:
            assert f"{name} ({', '.join(get_args(field.annotation))})" in row


@pytest.mark.parametrize("task", list(METRICS))
def test_every_metric_is_listed_with_its_direction(task):
    listed = ", ".join(f"{name} ({metric.better})" for name, metric in METRICS[task].items())
    assert f"| {task} | {listed} |" in DOC
