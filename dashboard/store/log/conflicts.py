"""Messages about ids in conflict: the row, the field and the two values that do not agree."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.store.log.call import Call, log_rows, ordered
from dashboard.store.log.fields import Field
from dashboard.store.log.matching import Conflicts, shared_columns
from dashboard.store.log.quoting import identifier
from dashboard.store.log.typing_pass import Typing, row_numbers

Values = dict[str, object]


@dataclass
class _Known:
    """What is known of one id: its values by log column, and where they stand."""

    values: Values
    where: str
    reported: bool = field(default=False)


def refusal(call: Call, conflicts: Conflicts, content: Sequence[Field]) -> InputRefusedError:
    """The refusal of a call that brings known ids with other content or another actual.

    `content` are the fields to compare besides the actual; none for a call that brings labels only.
    """
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


def _from_log(call: Call, ids: Sequence[str], content: Sequence[Field]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    files = call.execute("SELECT _id, file FROM seen WHERE _id IN (SELECT unnest(?))", [list(ids)])
    for name, file in files:
        shared = shared_columns(call, str(file), content)
        columns = "".join(f", {stored} AS {column}" for column, stored in shared.items())
        row = call.connection.execute(
            f"SELECT e._id{columns} FROM {log_rows(Path(str(file)))} e WHERE e._id = ?", [name]
        )
        names = [column[0] for column in row.description or []]
        values = row.fetchone() or ()
        known[str(name)] = _Known(dict(zip(names, values, strict=False)), "in the log")
    labels = call.execute("SELECT _id, _actual FROM known_labels WHERE _id IN (SELECT unnest(?))", [list(ids)])
    for name, actual in labels:
        known.setdefault(str(name), _Known({}, "in the log")).values["_actual"] = actual
    return known


def _of_file(
    call: Call, typing: Typing, wanted: tuple[Sequence[str], Sequence[Field], dict[str, _Known]]
) -> Iterator[Problem]:
    ids, content, known = wanted
    compared = [*content, *(field for field in typing.fields if field.stored == "_actual")]
    columns = ", ".join(identifier(field.stored) for field in compared)
    with ordered(call) as connection:
        numbered = f"({typing.rows(numbered=True)})"
        statement = f"SELECT _row, _id, {columns} FROM {numbered} WHERE _id IN (SELECT unnest(?)) ORDER BY _row"
        rows = connection.execute(statement, [list(ids)]).fetchall()
    differing = list(_differing(rows, compared, (typing.source.name, known)))
    shown = row_numbers(typing.source, [row for row, _, _, _, _ in differing])
    for row, name, fault, values, before in differing:
        new, old = (_format_value(given.get(fault.stored)) for given in (values, before.values))
        if fault.stored == "_actual":
            message = (
                f"received {new} for prediction {shorten(name)}, whose actual {before.where} is {old}; "
                "an actual is allowed once; correct the value or leave it empty"
            )
        else:
            message = (
                f"received {new} for prediction {shorten(name)}, which {before.where} has {old}; the same id is "
                "allowed again only with the same content; correct the value or give the row an id of its own"
            )
        yield Problem(message, typing.source.name, shown[row], fault.source)


def _differing(
    rows: Sequence[tuple[object, ...]], compared: Sequence[Field], context: tuple[str, dict[str, _Known]]
) -> Iterator[tuple[int, str, Field, Values, _Known]]:
    """The first row of each id that disagrees with what is known of it: row, id, field, its values, what was known."""
    name_of_file, known = context
    for number, name, *received in rows:
        values: Values = {field.stored: value for field, value in zip(compared, received, strict=True)}
        before = known.get(str(name))
        if before is None:
            known[str(name)] = _Known(values, f"earlier in {name_of_file}")
            continue
        fault = next((field for field in compared if _disagree(field, values, before.values)), None)
        if fault is not None and not before.reported:
            before.reported = True
            yield int(str(number)), str(name), fault, values, before
        if before.values.get("_actual") is None:
            before.values["_actual"] = values.get("_actual")


def _disagree(field: Field, new: Values, old: Values) -> bool:
    if field.stored not in old:
        return False
    if field.stored == "_actual" and (new["_actual"] is None or old["_actual"] is None):
        return False
    return new[field.stored] != old[field.stored]


def _format_value(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return shorten(value)
