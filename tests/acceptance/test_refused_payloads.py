"""What an action is told wrongly is refused in the words of the contract, whatever the field and the fault."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic.fields import FieldInfo

from dashboard.actions.registry import ACTIONS, Action, read_payload
from dashboard.cli.commands import named_as_written
from dashboard.errors import InputRefusedError, Problem
from dashboard.schema.reading.places import keys_of
from dashboard.words import LANGUAGES
from tests.acceptance.portfolio import BINARY_CARD, CommandLine
from tests.examples import example_of, with_example

LONG = "x" * 6_000
# Values of every kind that JSON, the command line and a page can send.
WRONG: tuple[Any, ...] = (
    None, "", "  ", "\0", "a b", LONG, "9" * 5_000, -1, 0, 9, 2.5, 1e300, float("nan"), float("inf"), True, [], [1],
    [""], [LONG], [None], {}, {"a": 1}, "2024-02-30", "20240101", "0001-01-01", "9", Path("file"), b"\xff",
)  # fmt: skip
FIELDS = [(name, key) for name in with_example() for key in keys_of(ACTIONS.get(name).payload)]
# Words of the library that validates, and of a program that failed.
RAW = ("should", "input", "valid", "pydantic", "traceback", "type=", "pattern", "something else")


def told(action: Action, folder: Path) -> dict[str, Any]:
    """The example of an action as plain values, without what is not told."""
    payload = example_of(action.name, folder).payload
    values = payload.model_dump(mode="json", by_alias=False, exclude_none=True)
    return {name: value for name, value in values.items() if value not in ("", [])}


def problems(name: str, values: dict[str, Any]) -> list[Problem]:
    try:
        read_payload(name, values)
    except InputRefusedError as fault:
        return fault.problems
    return []


def field_of(name: str, key: str) -> FieldInfo:
    return keys_of(ACTIONS.get(name).payload)[key]


def unlike_the_contract(found: list[Problem], key: str) -> Iterator[str]:
    """Problems that do not say what was received, what is allowed and how to repair it, or do not name the field."""
    for problem in found:
        parts = problem.message.split("; ")
        said = parts[0].startswith("received ") or parts[0].startswith(f"unknown key '{key}'")
        allowed = any(part.startswith("allowed ") or part == "it is required" for part in parts[1:-1])
        own_words = problem.message.replace("'input", "")
        raw = [word for word in RAW if word in own_words.casefold()]
        if not (said and (allowed or "which is no Unicode" in parts[0]) and parts[-1].strip()) or raw:
            yield str(problem)
        elif (problem.field or "").split("[")[0].split(".")[0] != key:
            yield f"another field: {problem}"


@pytest.mark.parametrize(("name", "key"), FIELDS)
def test_a_wrong_value_is_refused_in_three_parts(tmp_path: Path, name: str, key: str) -> None:
    action = ACTIONS.get(name)
    values = told(action, tmp_path)
    own = {other for other, field in keys_of(action.payload).items() if field is field_of(name, key)}
    values = {other: value for other, value in values.items() if other not in own}
    refused = 0
    for wrong in WRONG:
        try:
            found = problems(name, values | {key: wrong})
        except InputRefusedError as fault:
            found = fault.problems
        # Rules between fields are told as sentences of their own.
        found = [
            problem for problem in found if problem.sentence is None or problem.message != problem.sentence.render()
        ]
        refused += bool(found)
        assert list(unlike_the_contract(found, key)) == []
    assert refused


@pytest.mark.parametrize(("name", "key"), FIELDS)
def test_a_missing_field_says_that_it_is_required(tmp_path: Path, name: str, key: str) -> None:
    if field_of(name, key).is_required():
        values = told(ACTIONS.get(name), tmp_path)
        del values[key]
        (problem,) = problems(name, values)
        assert str(problem) == f"{key}: received nothing for '{key}'; it is required; add it"


@pytest.mark.parametrize("name", with_example())
def test_an_unknown_field_tells_the_known_ones(tmp_path: Path, name: str) -> None:
    action = ACTIONS.get(name)
    known = keys_of(action.payload)
    (problem,) = problems(name, told(action, tmp_path) | {"colour": "red"})
    assert list(unlike_the_contract([problem], "colour")) == []
    assert problem.message.startswith(f"unknown key 'colour'; allowed are {', '.join(known)}")


@pytest.mark.parametrize("name", with_example())
def test_a_payload_that_is_no_mapping_of_fields_is_refused(name: str) -> None:
    for wrong in ({}, {"": ""}, {"model": {}}):
        for problem in problems(name, wrong):
            assert problem.message.count("; ") >= 2


@pytest.mark.parametrize(("name", "key"), FIELDS)
def test_the_command_line_names_what_was_written_there(name: str, key: str) -> None:
    action = ACTIONS.get(name)
    refused = InputRefusedError([Problem("received 1; allowed is 2; write 2", field=f"{key}[0]")])
    with pytest.raises(InputRefusedError) as caught, named_as_written(action):
        raise refused
    written = caught.value.problems[0].field
    assert written in {word.strip("[].") for word in action.command}


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("assess risk claims outage --likelihood 9 --impact x", [
            "--likelihood: received '9'; allowed is at most 5; correct the number",
            "--impact: received 'x'; allowed is a whole number; write it in digits",
        ]),
        ("assess risk claims outtage --likelihood 1 --impact 1", [
            "RISK: received 'outtage'; allowed are outage, wrong_predictions, degradation, knowledge_loss; did you",
        ]),
        ("assign role claims deputy anna --reason %", [
            "--reason: received ''; allowed is at least one character; fill it in",
        ]),
        ("assign role claims deputy anna --reason why --from 2024-02-30", [
            "--from: received '2024-02-30', which is no day of the calendar; allowed is a day; correct it",
        ]),
        ("assign role claims deputy nobody --reason why", [
            "PERSON: No person with this id is registered; register the person first.",
        ]),
        ("access grant anna cook --reason why", ["ROLE: received 'cook'; allowed are "]),
        ("show performance claims --from 2024-13-01", ["--from: received '2024-13-01', which is no day"]),
        ("show performance claims --threshold half", ["--threshold: received 'half'; allowed is a number; write it"]),
    ],
)  # fmt: skip
def test_the_command_line_speaks_the_same_words(
    command: CommandLine, tmp_path: Path, words: str, said: list[str]
) -> None:
    command.register(BINARY_CARD, tmp_path)
    _, err = command.run(*("" if word == "%" else word for word in words.split()), code=2)
    assert [
        line.removeprefix("error: ")[: len(wanted)] for line, wanted in zip(err.splitlines(), said, strict=True)
    ] == said


def test_a_page_says_in_its_language_what_a_text_lacks() -> None:
    values = {"model": "claims", "text": " "}
    (empty,) = problems("comment", values)
    (long,) = problems("comment", values | {"text": LONG})
    assert empty.sentence is not None
    assert long.sentence is not None
    assert [empty.sentence.render(language) for language in LANGUAGES] == [
        "This cannot be left empty.",
        "Das darf nicht leer bleiben.",
    ]
    assert long.sentence.render("de").startswith("Dieser Text ist zu lang")
