"""From pydantic's errors to messages for people: where, what was received, what is allowed, how to repair it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import PurePath
from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.reading.places import keys_at
from dashboard.schema.reading.strict_model import Location, StrictModel
from dashboard.schema.reading.suggestions import listed, nearest, shown
from dashboard.schema.texts import FORMS
from dashboard.words import Sentence, mark

Validated = TypeVar("Validated", bound=StrictModel)
KEY = "[key]"

FORM_WORDS = {
    "text": "text; remove the NUL character",
    "line": "one line of text; remove line breaks and tabs",
    "model_id": "1 to 100 letters, digits, '.', '_' or '-', starting with a letter or digit; correct it",
    "person_id": "an id of 1 to 100 characters without spaces, quotes, slashes and commas; correct it",
    "version": "1 to 100 characters without a space at either end; correct it",
    "role_column": "a column name that does not start with a space; rename the column",
    "column": "a column name that starts with neither '_' nor a space; rename the column",
    "currency": "a currency of three capital letters; write it like EUR",
    "sha256": "64 digits 0-9 a-f; write the SHA-256 of the file in small letters",
    "token_name": "1 to 64 letters, digits, '.', '_' or '-', starting with a letter or digit; correct it",
    "absolute_path": "an absolute path; begin it with /",
    "email": "an address like name@example.org; correct it",
}
FORM_OF = {pattern: form for form, pattern in FORMS.items()}
EXPECTED = {
    "string_type": ("text", "write it in quotes"),
    "string_unicode": ("text", "remove characters that are no Unicode text"),
    "int_type": ("a whole number", "write it without quotes and fraction"),
    "int_parsing": ("a whole number", "write it in digits"),
    "int_parsing_size": ("a whole number", "write a smaller one"),
    "int_from_float": ("a whole number", "write it without fraction"),
    "float_type": ("a number", "write it without quotes"),
    "float_parsing": ("a number", "write it in digits"),
    "finite_number": ("a number", "write a finite number or leave the key out"),
    "bool_type": ("true or false", "write one of these words without quotes"),
    "bool_parsing": ("true or false", "write one of these words"),
    "list_type": ("a list", "write it like [...]"),
    "tuple_type": ("a list", "write it like [...]"),
    "path_type": ("the path of a file", "name the file"),
    "dict_type": ("a mapping", "write it like {key: value}"),
    "model_type": ("a mapping", "write it like {key: value}"),
    "model_attributes_type": ("a mapping", "write it like {key: value}"),
    "none_required": ("nothing", "remove it"),
}


def validated(part: type[Validated], value: Any) -> Validated:
    """`value` as a `part`; raises InputRefusedError with a Problem for each fault, without file and row."""
    try:
        return part.model_validate(value)
    except ValidationError as error:
        raise InputRefusedError(problems_of(error, part)) from None


def problems_of(
    error: ValidationError,
    part: type[BaseModel],
    file: str | None = None,
    row_of: Callable[[Location], int | None] = lambda location: None,
) -> list[Problem]:
    """One Problem for each fault of `error`, in the order of the file; `row_of` gives the line of a place."""
    found: dict[tuple[Location, str], Problem] = {}
    for details in error.errors(include_url=False):
        place = tuple(step for step in details["loc"] if step != KEY)
        about_key = KEY in details["loc"]
        message = _message(details, part, place, about_key)
        where = (file, row_of(place), written(place) or None)
        found.setdefault((place, message), Problem(message, *where, sentence=_sentence(details)))
    return sorted(found.values(), key=lambda problem: problem.row or 0)


def written(place: Sequence[str | int]) -> str:
    """A place as people read it: data.features.age, versions[0].version."""
    text = ""
    for step in place:
        name = str(step) if step != "" and str(step).isprintable() else ascii(step)
        text += f"[{step}]" if isinstance(step, int) else f".{name}" if text else name
    return text if len(text) <= 200 else f"{text[:199]}…"


def _sentence(details: ErrorDetails) -> Sentence | None:
    """Word the fault of an entered text for a page, where readers can mend it without the field's name."""
    if details["type"] == "string_too_short":
        return Sentence(mark("This cannot be left empty."))
    if details["type"] == "string_too_long":
        return Sentence(mark("This text is too long; {most} characters fit."), {"most": details["ctx"]["max_length"]})
    return None


def _message(details: ErrorDetails, part: type[BaseModel], place: Location, about_key: bool) -> str:
    kind, received = details["type"], details["input"]
    context = details.get("ctx", {})
    if kind == "rule":
        return str(context["message"])
    if kind in ("missing", "extra_forbidden"):
        return _key_message(kind, keys_at(part, place[:-1]), str(place[-1]))
    if kind == "literal_error":
        return _choice_message(received, keys_at(part, place))
    what = "key " if about_key else ""
    received = received.name if isinstance(received, PurePath) else received
    return f"received {what}{shown(received)}; allowed is {_allowed(kind, context, details['msg'])}"


def _key_message(kind: str, known: Sequence[str], key: str) -> str:
    if kind == "missing":
        return f"received nothing for '{key}'; it is required; add it"
    hint = nearest(key, known)
    return f"unknown key {shorten(key)}; allowed are {listed(known)}{hint or '; remove it'}"


def _choice_message(received: object, choices: Sequence[str]) -> str:
    hint = nearest(received, choices)
    return f"received {shown(received)}; allowed are {listed(choices)}{hint or '; choose one of them'}"


def _allowed(kind: str, context: dict[str, Any], fallback: str) -> str:
    if kind in EXPECTED:
        return "; ".join(EXPECTED[kind])
    if kind == "string_pattern_mismatch":
        return FORM_WORDS[FORM_OF[context["pattern"]]]
    bounds = {"greater_than_equal": ("at least", "ge"), "less_than_equal": ("at most", "le")}
    bounds |= {"greater_than": ("more than", "gt"), "less_than": ("less than", "lt")}
    if kind in bounds:
        word, key = bounds[kind]
        return f"{word} {context[key]:g}; correct the number"
    if kind in ("too_short", "too_long", "string_too_short", "string_too_long"):
        return _size(kind, context)
    return f"something else: {fallback[:1].lower()}{fallback[1:]}; correct it"


def _size(kind: str, context: dict[str, Any]) -> str:
    of = "character" if kind.startswith("string") else "entry"
    if kind.endswith("short"):
        return f"at least one {of}; fill it in"
    return f"at most {context['max_length']} {of.replace('entry', 'entrie')}s; shorten it"
