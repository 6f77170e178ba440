"""Why a text file could not be read, and on which line a record stands. Slow and exact; for files with faults only."""

from __future__ import annotations

import csv
import json
from collections.abc import Collection, Iterator, Mapping
from contextlib import suppress
from pathlib import Path

from dashboard.errors import SHOWN_PROBLEMS, Problem, shorten
from dashboard.store.log.copies import LONGEST_LINE, Copy

NOT_UTF8 = "received bytes that are not UTF-8; text in UTF-8 is needed; convert the file"
HALF = "received half of a character (a lone surrogate), which no text can hold; correct the sender's encoding"
UNREADABLE_CSV = (
    "cannot be read as CSV; values separated by commas, double quotes around text are needed; write it again"
)
UNREADABLE_JSON = "cannot be read as JSON Lines; one JSON object per line is needed; write it again"


def explain_csv(copy: Copy) -> list[Problem]:
    """The first fault of a CSV file that DuckDB could not take apart; a general one when none is found."""
    previous: bytes | None = None
    with copy.path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            try:
                line.decode("utf-8")
            except UnicodeDecodeError:
                return [Problem(NOT_UTF8, copy.name, number)]
            ending = b"\r\n" if line.endswith(b"\r\n") else b"\n"
            if previous is not None and line.endswith(b"\n") and ending != previous and b'"' not in line:
                message = "received a line break unlike the one before; LF or CRLF throughout is needed; write it again"
                return [Problem(message, copy.name, number)]
            previous = ending
    return [Problem(UNREADABLE_CSV, copy.name)]


def explain_json_lines(copy: Copy) -> list[Problem]:
    """The first faults of a JSON Lines file that DuckDB could not take apart; a general one when none is found."""
    problems: list[Problem] = []
    with copy.path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            message, field = _json_fault(line)
            if message:
                problems.append(Problem(message, copy.name, number, field))
            if len(problems) == SHOWN_PROBLEMS:
                break
    return problems or [Problem(UNREADABLE_JSON, copy.name)]


ONE_OBJECT = "one JSON object per line is needed"
SEEN_INSTEAD = {list: "a list", str: "a text", type(None): "null", bool: "a truth value"}


def _json_fault(line: bytes) -> tuple[str | None, str | None]:
    """Why a line is no JSON object and in which field, None when it is one or blank."""
    value: object = {}
    fault = field = None
    try:
        value = json.loads(line.decode("utf-8"), object_pairs_hook=unique_keys) if line.strip() else {}
    except UnicodeDecodeError:
        fault = NOT_UTF8
    except RepeatedKeyError as repeated:
        fault = str(repeated)
    except RecursionError:
        fault = f"received JSON nested too deeply; {ONE_OBJECT}; flatten it"
    except ValueError as wrong:
        reason = getattr(wrong, "msg", "no valid number")
        fault = f"received a line that is no valid JSON ({reason}); {ONE_OBJECT}; correct it"
    if not isinstance(value, dict):
        received = SEEN_INSTEAD.get(type(value), "a number")
        fault = f"received {received}; {ONE_OBJECT}; write each row as an object on a line of its own"
    elif field := field_with_half(value):
        fault = HALF
    return fault, field


class RepeatedKeyError(ValueError):
    """An object with a key twice; in words."""


def unique_keys(pairs: list[tuple[str, object]]) -> dict[str, object]:
    """An object of JSON from its pairs; raises RepeatedKeyError."""
    found: dict[str, object] = {}
    for key, value in pairs:
        if key in found:
            raise RepeatedKeyError(f"received the key {shorten(key)} twice; each key is allowed once; remove the other")
        found[key] = value
    return found


def field_with_half(row: Mapping[str, object]) -> str | None:
    """The first field of a row, in its key or value, with half of a character (a lone surrogate), written readably."""
    for key, value in row.items():
        try:
            json.dumps({key: value}, ensure_ascii=False).encode("utf-8")
        except UnicodeEncodeError:
            return key.encode("utf-8", "backslashreplace").decode("utf-8")
    return None


def lines_of_records(path: Path, delimiter: str | None, records: Collection[int]) -> dict[int, int]:
    """Find the line of a text file on which each record begins (from 1, no header or blank lines).

    `delimiter` is that of CSV, None for JSON Lines. Where a line cannot be found it is the record itself.
    """
    wanted = set(records)
    numbered = _json_lines(path) if delimiter is None else _csv_lines(path, delimiter)
    found: dict[int, int] = {}
    for record, line in enumerate(numbered, start=1):
        if record in wanted:
            found[record] = line
            if len(found) == len(wanted):
                break
    return {record: found.get(record, record) for record in wanted}


def count_records(path: Path, delimiter: str) -> int:
    """Count the records of a CSV file by Python's own reader, header and blank lines left out."""
    return sum(1 for _ in _csv_lines(path, delimiter))


def _csv_lines(path: Path, delimiter: str) -> Iterator[int]:
    csv.field_size_limit(LONGEST_LINE)
    with path.open(encoding="utf-8-sig", newline="", errors="replace") as text:
        reader = csv.reader(text, delimiter=delimiter)
        # A value that is longer than a row may be ends it: the quotes do not match.
        with suppress(csv.Error):
            single = len(next(reader, [])) == 1
            begin = reader.line_num + 1
            for record in reader:
                if record or single:
                    yield begin
                begin = reader.line_num + 1


def _json_lines(path: Path) -> Iterator[int]:
    with path.open("rb") as lines:
        for number, line in enumerate(lines, start=1):
            if line.strip():
                yield number
