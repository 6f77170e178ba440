"""The JSON Schema for editors is up to date and agrees with what the program accepts."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from dashboard.schema.export import CARD_SCHEMA, card_schema, card_schema_text, write_card_schema
from dashboard.schema.reading.yaml_reader import read_yaml

GOLDEN = Path(__file__).parent / "golden"
VALIDATOR = Draft202012Validator(card_schema())


def faults(text: str) -> list[str]:
    value = json.loads(json.dumps(read_yaml(text, "f").value))
    return ["/".join(str(step) for step in error.absolute_path) for error in VALIDATOR.iter_errors(value)]


def test_the_schema_file_is_up_to_date():
    assert CARD_SCHEMA.read_text(encoding="utf-8") == card_schema_text(), "run: python -m dashboard.schema.export"


def test_the_schema_is_written_where_it_is_wanted(tmp_path):
    write_card_schema(tmp_path / "new" / "card.json")
    assert json.loads((tmp_path / "new" / "card.json").read_text()) == card_schema()


def test_the_schema_is_a_schema():
    Draft202012Validator.check_schema(card_schema())


@pytest.mark.parametrize("name", ["full_card.yaml", "minimal_card.yaml"])
def test_good_cards_pass(name):
    assert faults((GOLDEN / name).read_text()) == []


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("task: binary_classification", "task: regresion", "task"),
        ('version: "1"', "version: 1", "versions/0/version"),
        ("kind: numeric", "kind: number", "data/features/age/kind"),
        ("  actual: y", "  actual: y\n  treshold: 1", "data"),
        ("id: heat-demand\n", "", ""),
        ("name: Heat demand", "name: {english: x}", "name"),
        ("task:", "monitoring: {drift: {min_row: 1}}\ntask:", "monitoring/drift"),
        ("task:", "roles: {deputy: [Tom Berg]}\ntask:", "roles/deputy/0"),
    ],
)
def test_faulty_cards_are_marked_at_their_place(old, new, place):
    text = (GOLDEN / "minimal_card.yaml").read_text()
    assert faults(text.replace(old, new, 1)) == [place]


def test_overrides_may_name_one_level_alone():
    assert faults((GOLDEN / "minimal_card.yaml").read_text() + "monitoring: {drift: {psi: {alert: 0.4}}}\n") == []
