"""Messages about rows in conflict: the row, the field and the two values that do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.store.log.call import Call, log_rows, ordered
from dashboard.store.log.fields import Field
from dashboard.store.log.keys import key_columns
from dashboard.store.log.labels import IN_CALL, NOT_DATED, NOT_LATER, SAME_INSTANT
from dashboard.store.log.matching import Conflicts, shared_columns
from dashboard.store.log.quoting import identifier
from dashboard.store.log.typing_pass import Typing, row_numbers

Values = dict[str, object]
Key = tuple[object, ...]
IN_LOG = "in the log"
LEAVE_EMPTY = "correct the value or leave it empty"
LABEL_FAULTS = {
    SAME_INSTANT: f"in the log is {{old}}, known at the same instant; {LEAVE_EMPTY}, or say when it was corrected",
    NOT_DATED: "in the log is {old}; if it was corrected, give a later known_at or use `correct actuals`; else "
    f"{LEAVE_EMPTY}",
    NOT_LATER: "in the log is {old}, known as late or later; a correction is known later than what it corrects; give a "
    "later known_at, or none: then it counts as known now",
}


@dataclass
class _Known:
    """What is known of one prediction: its values by log column, and where they stand: in the log, or in which file."""

    values: Values
    where: str
    reported: bool = field(default=False)


def content_refusal(call: Call, conflicts: Conflicts, content: Sequence[Field]) -> InputRefusedError:
    """The refusal of a call that brings known predictions with other content; `content` are the fields to compare."""
    known = _from_log(call, conflicts.ids, content)
    problems = [
        problem for typing in call.typings for problem in _of_file(call, typing, (conflicts.ids, content, known))
    ]
    if not problems:
        problems = [
            Problem(f"received prediction {shorten(name)} again with other content", None, None)
            for name in conflicts.ids
        ]
    return InputRefusedError(problems, max(conflicts.total, len(problems)))


def _from_log(call: Call, ids: Sequence[str], content: Sequence[Field]) -> dict[Key, _Known]:
    known: dict[Key, _Known] = {}
    keys = key_columns(call.card)
    files = call.execute("SELECT DISTINCT file FROM seen WHERE _id IN (SELECT unnest(?))", [list(ids)])
    for (file,) in files:
        shared = shared_columns(call, str(file), content)
        columns = "".join(f", {stored} AS {column}" for column, stored in shared.items())
        found = call.connection.execute(
            f"SELECT {', '.join(f'e.{key}' for key in keys)}{columns} "
            f"FROM {log_rows(Path(str(file)))} e WHERE e._id IN (SELECT unnest(?))",
            [list(ids)],
        )
        names = [column[0] for column in found.description or []]
        for row in found.fetchall():
            known[row[: len(keys)]] = _Known(dict(zip(names[len(keys) :], row[len(keys) :], strict=True)), IN_LOG)
    return known


def _of_file(
    call: Call, typing: Typing, wanted: tuple[Sequence[str], Sequence[Field], dict[Key, _Known]]
) -> Iterator[Problem]:
    ids, content, known = wanted
    keys = key_columns(call.card)
    columns = ", ".join([*keys, *(identifier(field.stored) for field in content)])
    rows = rows_of(call, typing, columns, ids)
    differing = list(_differing(rows, content, (len(keys), typing.source.name, known)))
    shown = row_numbers(typing.source, [row for row, *_ in differing])
    for row, name, fault, values, before in differing:
        new, old = (_format_value(given.get(fault.stored)) for given in (values, before.values))
        where = before.where
        if where != IN_LOG:
            where = "earlier in the same file" if where == typing.source.name else f"earlier in {Path(where).name}"
        message = (
            f"received {new} for prediction {shorten(name)}, which {where} has {old}; the same id is "
            "allowed again only with the same content; correct the value or give the row an id of its own"
        )
        yield Problem(message, typing.source.name, shown[row], fault.source)


def rows_of(call: Call, typing: Typing, columns: str, ids: Sequence[str]) -> list[tuple[object, ...]]:
    """The rows of a file with some ids, in their order: the row, then the columns."""
    with ordered(call) as connection:
        numbered = f"({typing.rows(numbered=True)})"
        statement = f"SELECT _row, {columns} FROM {numbered} WHERE _id IN (SELECT unnest(?)) ORDER BY _row"
        found: list[tuple[object, ...]] = connection.execute(statement, [list(ids)]).fetchall()
    return found


def _differing(
    rows: Sequence[tuple[object, ...]], compared: Sequence[Field], context: tuple[int, str, dict[Key, _Known]]
) -> Iterator[tuple[int, str, Field, Values, _Known]]:
    """The first row of each prediction that disagrees with what is known: row, id, field, values, what was known."""
    length, name_of_file, known = context
    for number, *columns in rows:
        key, received = tuple(columns[:length]), columns[length:]
        values: Values = {field.stored: value for field, value in zip(compared, received, strict=True)}
        before = known.get(key)
        if before is None:
            known[key] = _Known(values, name_of_file)
            continue
        fault = next((field for field in compared if _disagree(field, values, before.values)), None)
        if fault is not None and not before.reported:
            before.reported = True
            yield int(str(number)), str(key[0]), fault, values, before


def _disagree(field: Field, new: Values, old: Values) -> bool:
    return field.stored in old and new[field.stored] != old[field.stored]


def label_refusal(call: Call, conflicts: Conflicts) -> InputRefusedError:
    """The refusal of a call that brings labels which may not be kept, by the rows that bring them."""
    faults: dict[Key, tuple[str, object]] = {
        (str(name), actual, known_at if stated else None): (str(fault), was)
        for name, actual, known_at, stated, fault, was in call.execute(
            "SELECT _id, _actual, _known_at, _stated, fault, was FROM judged "
            "WHERE fault IS NOT NULL AND _id IN (SELECT unnest(?))",
            [list(conflicts.ids)],
        )
    }
    first: dict[str, tuple[object, str]] = {}
    reported: set[str] = set()
    problems = [
        problem
        for typing in call.typings
        for problem in _labels_of_file(call, typing, (conflicts.ids, faults, first, reported))
    ]
    return InputRefusedError(problems, max(conflicts.total, len(problems)))


def _labels_of_file(
    call: Call,
    typing: Typing,
    context: tuple[Sequence[str], dict[Key, tuple[str, object]], dict[str, tuple[object, str]], set[str]],
) -> Iterator[Problem]:
    ids, faults, first, reported = context
    known_at = next((field.stored for field in typing.fields if field.stored == "_known_at"), "NULL")
    rows = [row for row in rows_of(call, typing, f"_id, _actual, {known_at}", ids) if row[2] is not None]
    found: list[tuple[int, str]] = []
    for number, name, actual, known in rows:
        fault, was = faults.get((str(name), actual, known), (None, None))
        place = first.setdefault(str(name), (actual, typing.source.name))
        if fault is None or str(name) in reported or (fault == IN_CALL and place[0] == actual):
            continue
        reported.add(str(name))
        if fault == IN_CALL:
            where = "in the same file" if place[1] == typing.source.name else f"in {Path(place[1]).name}"
            words = f"earlier {where} is {_format_value(place[0])}; one value for one instant is needed; {LEAVE_EMPTY}"
        else:
            words = LABEL_FAULTS[fault].format(old=_format_value(was))
        message = f"received {_format_value(actual)} for prediction {shorten(name)}, whose actual {words}"
        found.append((int(str(number)), message))
    shown = row_numbers(typing.source, [row for row, _ in found])
    column = next(field.source for field in typing.fields if field.stored == "_actual")
    for row, message in found:
        yield Problem(message, typing.source.name, shown[row], column)


def _format_value(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return shorten(value)
