"""Whatever the file holds: it is read, or refused with InputRefusedError; and what was read can be written again."""

import json
import string
from datetime import date, timedelta
from pathlib import Path

import yaml
from hypothesis import HealthCheck, given, settings, strategies as st

from dashboard.errors import InputRefusedError
from dashboard.schema.card.card import ModelCard
from dashboard.schema.events import parse_event
from dashboard.schema.reading.documents import read_document
from dashboard.schema.reading.event_files import parse_line
from dashboard.schema.reading.scalars import resolve
from dashboard.schema.reading.yaml_reader import read_yaml

GOLDEN = Path(__file__).parent / "golden"
SEEDS = [(GOLDEN / name).read_text() for name in ("full_card.yaml", "minimal_card.yaml", "people.yaml")]
EVENTS = [line for line in (GOLDEN / "events.jsonl").read_text().splitlines() if line]
QUICK = settings(max_examples=800, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)

SPLINTERS = ["&a ", "*a", "<<: ", "!!str ", "---\n", "\t", "{", "}", "[", "]", ": ", "- ", "'", '"', "|\n", "%", "\x00",
             "null", "no", ".inf", ".nan", "1e999", "-1", "2026-02-30", "12:30:45", "\ud7ff", "é", "\n", "  ", "? ",
             "\u2028", "\x85", "\ufeff", "9" * 400, "[" * 50, "True", "~", "=", "0x1", "\\ud800", "..."]  # fmt: skip


@st.composite
def damaged(draw: st.DrawFn, seeds: list[str]) -> str:
    """A good text with pieces cut out, doubled or replaced."""
    text = draw(st.sampled_from(seeds))
    for _ in range(draw(st.integers(1, 4))):
        start = draw(st.integers(0, len(text)))
        end = start + draw(st.integers(0, 40))
        piece = draw(st.sampled_from([*SPLINTERS, text[start:end] * 2, ""]))
        text = text[:start] + piece + text[end:]
    return text


def assert_refused_in_words(error: InputRefusedError) -> None:
    assert error.problems
    for line in error.lines():
        assert "\n" not in line
        assert line.encode("utf-8")
        assert "Error" not in line


def read_or_refused(content: bytes) -> None:
    try:
        read_document("f.yaml", content)
    except InputRefusedError as error:
        assert_refused_in_words(error)


@QUICK
@given(damaged(SEEDS))
def test_a_damaged_file_is_read_or_refused(text):
    read_or_refused(text.encode())


@QUICK
@given(st.text(alphabet=st.sampled_from("ab:-?&*!|>'\"%@`{}[],#\n\t 0.~<=\x00é"), max_size=60))
def test_any_text_is_read_or_refused(text):
    read_or_refused(text.encode())


@QUICK
@given(st.binary(max_size=60))
def test_any_bytes_are_read_or_refused(content):
    read_or_refused(content)


@QUICK
@given(damaged(EVENTS))
def test_a_damaged_event_is_read_or_refused(line):
    try:
        parse_event(parse_line(line.encode()))
    except InputRefusedError as error:
        assert_refused_in_words(error)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=5), inside, max_size=3),
    max_leaves=6,
)
CARD = read_yaml(SEEDS[0], "full_card.yaml").value


def places(value: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    children = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else []
    return [(*place, key) for key, _ in children] + [
        below for key, child in children for below in places(child, (*place, key))
    ]


@settings(QUICK, max_examples=300)
@given(st.sampled_from(places(CARD)), JSON)
def test_any_value_in_any_place_of_a_card_is_read_or_refused_there(place, value):
    card = json.loads(json.dumps(CARD))
    around = card
    for step in place[:-1]:
        around = around[step]
    around[place[-1]] = value
    try:
        read_document("f.yaml", json.dumps(card, ensure_ascii=False).encode("utf-8", "replace"))
    except InputRefusedError as error:
        assert_refused_in_words(error)


words = st.text(alphabet=string.ascii_letters + string.digits + "äöüß .-%", min_size=1, max_size=20).filter(str.strip)
columns = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True)
texts = words | st.dictionaries(st.sampled_from(["en", "de", "fr"]), words, min_size=1)
days = st.dates(date(1950, 1, 1), date(2100, 1, 1))
holders = st.lists(columns | st.fixed_dictionaries({"person": columns}, optional={"from": days.map(str)}), max_size=3)


@st.composite
def cards(draw: st.DrawFn) -> dict[str, object]:
    """A card that is right, as its YAML would hold it."""
    names = draw(st.lists(columns, min_size=6, max_size=10, unique=True))
    start = draw(days)
    rating = st.integers(1, 5)
    return {
        "id": draw(columns),
        "name": draw(texts),
        "task": draw(st.sampled_from(["binary_classification", "multiclass_classification", "regression"])),
        "time_zone": draw(st.sampled_from(["UTC", "Europe/Zurich", "America/New_York"])),
        "versions": [
            {"version": name, "trained_at": draw(days).isoformat(), "environment": draw(st.dictionaries(words, words))}
            for name in draw(st.lists(columns, min_size=1, max_size=3, unique=True))
        ],
        "roles": {"deputy": draw(holders), "accountable_executive": draw(holders)},
        "risks": {"outage": {"likelihood": draw(rating), "impact": draw(rating), "mitigation": draw(texts)}},
        "data": {
            **dict(zip(["prediction_id", "predicted_at", "score", "actual"], names[:4], strict=True)),
            "features": {name: {"kind": draw(st.sampled_from(["numeric", "categorical"]))} for name in names[4:]},
            "reference": {"from": str(start), "to": str(start + timedelta(days=draw(st.integers(0, 400))))},
        },
        "monitoring": {"performance": {"min_labelled": draw(st.integers(0, 1_000))}},
        "retraining": {"cost": draw(st.floats(0, 1e9)), "max_age_days": draw(st.integers(1, 1_000))},
    }


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None)
@given(cards())
def test_a_card_can_be_dumped_and_read_again_as_yaml_and_json(written):
    card = ModelCard.model_validate(written)
    dumped = card.model_dump(mode="json", by_alias=True)
    assert ModelCard.model_validate(dumped) == card
    for text in (yaml.safe_dump(dumped, allow_unicode=True), json.dumps(dumped, ensure_ascii=False)):
        assert read_document("card.yaml", text.encode()).value == card


@given(st.integers(-(10**17), 10**17) | st.floats(allow_nan=False, allow_infinity=False))
def test_a_number_is_read_as_python_writes_it(number):
    assert resolve(str(number)) == number


@given(st.text(max_size=20))
def test_only_true_and_false_are_booleans(text):
    assert not isinstance(resolve(text), bool) or text.lower() in ("true", "false")
