"""What an action changed, in words: `Likelihood: 2 → 4` instead of two JSON objects."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

from dashboard.charts.look import STATUS_WORDS
from dashboard.charts.metrics import metric_name
from dashboard.ui.labels.fields import FIELDS, VALUES
from dashboard.ui.widgets import dates
from dashboard.words import day, number, translate

if TYPE_CHECKING:
    from dashboard.schema.people import Person
    from dashboard.store.listed_models import ListedModel

Path = tuple[str, ...]
# Fields of money on a card; they are in the currency that stands beside them.
MONEY = frozenset(
    {"promised_per_month", "running_cost_per_month", "true_positive", "false_positive", "false_negative",
     "true_negative", "over_per_unit", "under_per_unit", "per_prediction", "amount", "cost"}
)  # fmt: skip
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}\S*")
HASH = re.compile(r"[0-9a-f]{64}")
SHORT_HASH = 12
# Fields whose parts are named by prediction ids and hold values of the data: both stay as they were sent.
OF_DATA = frozenset({"actuals", "metrics", "parameters"})
NOTHING = "–"


@dataclass(frozen=True)
class Reader:
    """Who reads, and whom the names in a record stand for."""

    language: str
    people: Mapping[str, Person]
    models: Mapping[str, ListedModel]


def changes(subject: str | None, before: str | None, after: str | None, reader: Reader) -> list[str]:
    """One line for each value that a record names, as it was and as it is; `before` and `after` are JSON texts."""
    old, new = dict(_flat(_read(before))), dict(_flat(_read(after)))
    currency = _currency(subject, {**old, **new}, reader)
    lines = []
    for path in {**old, **new}:
        if old.get(path) == new.get(path):
            continue
        name = _name(path, reader.language)
        is_, was = (_value(path, values.get(path), currency, reader) for values in (new, old))
        if path not in old:
            lines.append(f"{name}: {is_}" if name else is_)
        else:
            lines.append(f"{name}: {was} → {is_}" if name else f"{was} → {is_}")
    return lines


def _read(text: str | None) -> Any:
    return json.loads(text) if isinstance(text, str) else {}


def _flat(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every single value by its path; lists of plain values stay together."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            steps = [str(name)] if _is_of_data(path) else str(name).replace("]", "").replace("[", ".").split(".")
            yield from _flat(part, (*path, *steps))
    elif isinstance(value, list) and any(isinstance(part, Mapping | list) for part in value):
        for position, part in enumerate(value):
            yield from _flat(part, (*path, str(position)) if len(value) > 1 else path)
    elif value is not None:
        yield path, value


def _name(path: Path, language: str) -> str:
    """The place of a value in the reader's words; positions count from one, languages stand in brackets."""
    words = [part if _is_of_data(path[:step]) else _word(part, language) for step, part in enumerate(path)]
    return ", ".join(word for word in words if word)


def _word(part: str, language: str) -> str:
    if part.isdigit():
        return str(int(part) + 1)
    return translate(FIELDS[part], language) if part in FIELDS else part.replace("_", " ")


def _is_of_data(path: Path) -> bool:
    return bool(path) and path[-1] in OF_DATA


def _currency(subject: str | None, values: Mapping[Path, Any], reader: Reader) -> str | None:
    named = next((value for path, value in values.items() if path and path[-1] == "currency"), None)
    listed = reader.models.get(subject or "")
    return str(named) if named else listed.currency if listed is not None else None


def _value(path: Path, value: Any, currency: str | None, reader: Reader) -> str:
    """One value as the reader writes it: names for ids, words for codes, dates, money and numbers."""
    if isinstance(value, list):
        return ", ".join(_value(path, part, currency, reader) for part in value) or NOTHING
    if value is None:
        return NOTHING
    if isinstance(value, bool):
        return translate(VALUES["true" if value else "false"], reader.language)
    if isinstance(value, int | float):
        return _amount(value, currency, reader) if path and path[-1] in MONEY else number(value, reader.language)
    return _text(path, str(value), reader)


def _amount(value: float, currency: str | None, reader: Reader) -> str:
    amount = number(int(value) if float(value).is_integer() else value, reader.language)
    return amount if currency is None else f"{amount} {currency}"


def _text(path: Path, value: str, reader: Reader) -> str:
    if _is_of_data(path[:-1]):
        return value
    known: dict[str, str] = {value: reader.people[value].name} if value in reader.people else {}
    if value in reader.models:
        known[value] = reader.models[value].name.in_language(reader.language)
    if DAY.fullmatch(value):
        return day(date.fromisoformat(value), reader.language)
    if INSTANT.fullmatch(value):
        return dates.moment(value, reader.language)
    if HASH.fullmatch(value):
        return f"{value[:SHORT_HASH]}…"
    if "metric" in path[-1:]:
        return metric_name(value, reader.language)
    words = STATUS_WORDS | VALUES
    return known.get(value) or (translate(words[value], reader.language) if value in words else value)
