"""What a reader asks of a view: one frozen set of options, the same on the command line, over HTTP and on pages."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass as plain_dataclass
from datetime import UTC, date, datetime, time
from typing import Annotated, Any, Literal, get_args, get_type_hints

from pydantic import ConfigDict, GetCoreSchemaHandler, SkipValidation, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass
from pydantic_core import CoreSchema
from pydantic_core.core_schema import no_info_before_validator_function

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.registry import declared
from dashboard.schema.canonical import canonical
from dashboard.schema.reading.broken_text import refuse_broken_text
from dashboard.schema.reading.strict_model import rule_broken
from dashboard.schema.reading.suggestions import nearest
from dashboard.schema.times import parse_day, parse_instant
from dashboard.words import LANGUAGES

Grain = Literal["hour", "day", "week", "month", "quarter", "year"]
GRAINS: tuple[Grain, ...] = get_args(Grain)
DRIFT_METHODS = tuple(declared("dashboard.measures", "drift_method"))
Direction = Literal["up", "down", "both"]


@plain_dataclass(frozen=True)
class Option:
    """How a field of Query is asked for: what it means, its option on the command line, what its text may be.

    Over HTTP it is a parameter with the field's name. Without a `flag` the command line has another way to ask.
    """

    help: str
    flag: str | None = None
    metavar: str | None = None
    choices: Sequence[str] | None = None
    read: Callable[[str], object] = str

    def __get_pydantic_core_schema__(self, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Text is read before the field's type is looked at; what is a value already stays as it is."""
        return no_info_before_validator_function(self.value_of, handler(source))

    def value_of(self, value: object) -> object:
        """Return the value that a text stands for; raises ValueError."""
        if not isinstance(value, str):
            return value
        if self.choices is not None and value not in self.choices:
            raise rule_broken(f"received {shorten(value)}; allowed are {', '.join(self.choices)}; choose one of them")
        return self.read(value)


def read_segment(text: str) -> tuple[str, str]:
    """`COLUMN=VALUE`; raises ValueError."""
    column, sign, value = text.partition("=")
    if not sign or not column:
        raise rule_broken(f"received {shorten(text)}; allowed is COLUMN=VALUE; write it like channel=web")
    return column, canonical(value) or value


def read_reference(text: str) -> tuple[date, date] | str:
    """`FROM:TO` in days, or `last_year`; raises ValueError."""
    if text == "last_year":
        return text
    first, sign, last = text.partition(":")
    if not sign:
        allowed = "FROM:TO in days and last_year; write it like 2024-01-01:2024-03-31"
        raise rule_broken(f"received {shorten(text)}; allowed are {allowed}")
    start, end = parse_day(first), parse_day(last)
    if end < start:
        message = "allowed is a second day that is not before the first; swap them"
        raise rule_broken(f"received {shorten(text)}; {message}")
    return start, end


def read_changes(text: str) -> tuple[tuple[str, str], ...]:
    """A JSON object of features and values as pairs of texts; an empty text stands for null. Raises ValueError."""
    try:
        given = json.loads(text)
    except ValueError:
        given = None
    if not isinstance(given, dict) or any(isinstance(value, dict | list) for value in given.values()):
        raise rule_broken(f'received {shorten(text)}; allowed is a JSON object; write it like {{"age": 40}}')
    return tuple((name, "" if value is None else str(value)) for name, value in given.items())


def read_instant(text: str) -> datetime:
    """An instant; one without a zone is UTC, a day is its end, so that all of that day was known. Raises ValueError."""
    return datetime.combine(parse_day(text), time.max, tzinfo=UTC) if len(text) == 10 else parse_instant(text)


def read_number(text: str) -> float:
    """A finite number; raises ValueError."""
    with suppress(ValueError):
        if math.isfinite(number := float(text)):
            return number
    raise rule_broken(f"received {shorten(text)}; allowed is a number; write it like 0.5")


@dataclass(frozen=True, config=ConfigDict(extra="forbid"))
class Query:
    """Options of a view; None means the view's own default. Text is read, and refused with a ValidationError.

    `start`/`end` are inclusive days in the model's time zone. `reference` is a pair of inclusive days, or the word
    `last_year` (the same period of the year before); None is the card's reference. `seen` is not asked for: `run_view`
    sets it to the models that the reader sees, so that nothing is counted over others; None: all. Neither is `own`: of
    what belongs to people, like tokens, only that person's is shown; None: everybody's. Who `waits` gets
    judgements on all that is committed; a page does not, and shows the newest ones that are kept.

    Pages ask for what they show, of views that say so: `among` are the only models, `person` the only person (empty:
    nobody), `rule` the only minimum rule, `statuses` the only ones, in the order wanted; `limit` rows after the first
    `offset`.
    """

    model: Annotated[str | None, Option("the model's id")] = None
    start: Annotated[date | None, Option("first day, inclusive", "--from", "D", read=parse_day)] = None
    end: Annotated[date | None, Option("last day, inclusive", "--to", "D", read=parse_day)] = None
    by: Annotated[Grain | None, Option("length of the periods (default: the card's)", "--by", choices=GRAINS)] = None
    version: Annotated[str | None, Option("only this version of the model", "--version")] = None
    segment: Annotated[
        tuple[str, str] | None,
        Option("only this group of cases: COLUMN=VALUE", "--segment", "COLUMN=VALUE", read=read_segment),
    ] = None
    reference: Annotated[
        tuple[date, date] | Literal["last_year"] | None,
        Option("compare with these days, FROM:TO, or last_year", "--reference", "FROM:TO", read=read_reference),
    ] = None
    on: Annotated[date | None, Option("the state that held on that day", "--on", "DAY", read=parse_day)] = None
    as_of: Annotated[
        datetime | None, Option("what was known at that instant", "--as-of", "INSTANT", read=read_instant)
    ] = None
    method: Annotated[str | None, Option("how drift is measured", "--method", choices=DRIFT_METHODS)] = None
    metric: Annotated[str | None, Option("only this metric", "--metric")] = None
    prediction: Annotated[str | None, Option("the id of a prediction", "--prediction", "ID")] = None
    predicted_at: Annotated[
        datetime | None,
        Option("which prediction of the id: when it was made", "--predicted-at", "INSTANT", read=parse_instant),
    ] = None
    against: Annotated[
        str | None,
        Option("compare with: the id of another prediction, another VERSION, or MODEL@VERSION", "--against", "NAME"),
    ] = None
    feature: Annotated[str | None, Option("only this feature (also score, actual)", "--feature")] = None
    changes: Annotated[
        tuple[tuple[str, str], ...],
        Option("other values of features, as a JSON object", "--change", "JSON", read=read_changes),
    ] = ()
    threshold: Annotated[
        float | None,
        Option("decide at this score instead of the card's", "--threshold", "SHARE", read=read_number),
    ] = None
    node: Annotated[str | None, Option("the node's name, like dataset:NAMESPACE/NAME", "--node", "NODE")] = None
    direction: Annotated[
        Direction | None,
        Option("where a walk from a node goes (default: both)", "--direction", choices=get_args(Direction)),
    ] = None
    hours: Annotated[
        float | None, Option("how many hours something lasts (default: 1)", "--hours", "N", read=read_number)
    ] = None
    language: Annotated[str, Option("language of sentences", "--language", choices=LANGUAGES)] = "en"
    among: SkipValidation[frozenset[str] | None] = None
    person: str | None = None
    rule: str | None = None
    statuses: tuple[str, ...] = ()
    limit: int | None = None
    offset: int = 0
    seen: SkipValidation[frozenset[str] | None] = None
    own: SkipValidation[str | None] = None
    waits: bool = True

    def sees(self, model_id: str) -> bool:
        """Return whether a model exists for the caller."""
        return self.seen is None or model_id in self.seen


# The fields of Query that can be asked for, by name.
OPTIONS = {
    name: option
    for name, hint in get_type_hints(Query, include_extras=True).items()
    for option in getattr(hint, "__metadata__", ())
    if isinstance(option, Option)
}
READER = TypeAdapter(Query)


def read_query(asked: Mapping[str, str], name_of: Callable[[str], str] = str) -> Query:
    """The query of texts by field; `name_of` tells how who asks calls a field.

    Raises InputRefusedError with a problem for each field that cannot be read or asked for.
    """
    message = f"unknown parameter; allowed are {', '.join(OPTIONS)}"
    if unknown := [
        Problem(f"{message}{nearest(name, OPTIONS) or '; remove it'}", field=name)
        for name in asked
        if name not in OPTIONS
    ]:
        raise InputRefusedError(unknown)
    refuse_broken_text(dict(asked))
    try:
        return READER.validate_python(dict(asked))
    except ValidationError as fault:
        raise InputRefusedError(
            [Problem(error["msg"], field=name_of(str(error["loc"][0]))) for error in fault.errors()]
        ) from None
