"""How the values of a column are read and checked, as SQL over any DuckDB type that a file may bring.

Each column is read in three steps: its raw reference, a parsed form of it, and from both the value and whether it is at
fault. Empty text is missing; a value of the wrong kind is a fault, never a guess and never missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.schema.card.card import ModelCard
from dashboard.store.log.fields import Field, Kind
from dashboard.store.log.quoting import literal
from dashboard.store.log.sources import JSON_TEXT, is_nested, is_text

NUMBERS = (
    "TINYINT",
    "SMALLINT",
    "INTEGER",
    "BIGINT",
    "HUGEINT",
    "UTINYINT",
    "USMALLINT",
    "UINTEGER",
    "UBIGINT",
    "UHUGEINT",
)
FRACTIONS = ("FLOAT", "DOUBLE")
ZONED = "TIMESTAMP WITH TIME ZONE"
FIRST_YEAR, LAST_YEAR = 1900, 2200
DAY_FORM = r"\d{4}-\d\d-\d\d"
INSTANT_FORM = DAY_FORM + r"[T ]\d\d:\d\d(:\d\d(\.\d{1,9})?)?(Z|[+-](0\d|1[0-4])(:?[0-5]\d)?)?"
ONE = ("1", "true")
NUMERIC_KINDS = (Kind.NUMBER, Kind.PROBABILITY, Kind.NUMBER_SCORE, Kind.NUMBER_ACTUAL)
REQUIRED = (Kind.ID, Kind.INSTANT, Kind.PROBABILITY, Kind.NUMBER_SCORE, Kind.CLASS_SCORE)


@dataclass(frozen=True)
class Reading:
    """The SQL that reads one column: `parsed` over the raw reference, `value` and `fault` over both."""

    parsed: str
    value: str
    fault: str


def refused_type(field: Field, kind: str) -> str | None:
    """Why a column of this DuckDB type cannot hold the field, or None when it can."""
    if field.kind is Kind.EXTRA:
        return None
    if is_nested(kind):
        return f"received a column of nested values ({kind[:60]}); single values are needed; take them apart"
    if kind == "BLOB":
        return "received a column of bytes; text, numbers or instants are needed; write it as text in UTF-8"
    if field.kind in NUMERIC_KINDS and not (is_text(kind) or kind == "BOOLEAN" or _is_number(kind)):
        return f"received a column of type {kind}; numbers are needed; convert it"
    if field.kind in (Kind.INSTANT, Kind.KNOWN_AT) and not (is_text(kind) or kind.startswith(("DATE", "TIMESTAMP"))):
        return f"received a column of type {kind}; instants are needed; convert it to timestamps or to text in ISO 8601"
    return None


def reading(field: Field, raw: str, parsed: str, kind: str, card: ModelCard) -> Reading:
    """Return the SQL that reads `field` from a column of DuckDB type `kind`; `raw` and `parsed` name its values."""
    if field.kind in (Kind.INSTANT, Kind.KNOWN_AT):
        made = _instant(raw, parsed, kind, card.time_zone)
    elif field.kind in NUMERIC_KINDS:
        made = _number(raw, parsed, kind)
    elif field.kind is Kind.BINARY:
        made = _binary(raw, parsed, kind, card.data.positive)
    elif field.kind is Kind.VERSION:
        made = _version(raw, parsed, kind, card)
    elif field.kind is Kind.EXTRA:
        made = Reading(_text_of(raw, kind), parsed, "false")
    else:
        made = _text(raw, parsed, kind)
    if field.kind is Kind.PROBABILITY:
        made = Reading(made.parsed, made.value, f"({made.fault} OR {made.value} < 0 OR {made.value} > 1)")
    if field.kind in REQUIRED:
        return Reading(made.parsed, made.value, f"({made.fault} OR {made.value} IS NULL)")
    return made


def absent(field: Field, card: ModelCard) -> str:
    """The value of a field that the file does without."""
    if field.kind is Kind.VERSION or field.source == "model_version":
        return literal(card.versions[0].version)
    return f"CAST(NULL AS {field.sql_type})"


def needed(field: Field, card: ModelCard) -> tuple[str, str]:
    """Name what a field allows and how to repair a value, for the message about a fault."""
    classes = f"'{card.data.positive}' or another class name" if card.data.positive else "0, 1, true or false"
    names = ", ".join(version.version for version in card.versions[:10])
    known = "correct the value or leave it empty if it is not known yet"
    return {
        Kind.ID: ("an id that is unique within the model is needed", "fill in the value"),
        Kind.INSTANT: _instant_needed("correct the value"),
        Kind.KNOWN_AT: _instant_needed(known),
        Kind.VERSION: (f"a version of the card is needed ({names})", "correct the value or register the version"),
        Kind.PROBABILITY: ("a probability from 0 to 1 is needed", "correct the value"),
        Kind.NUMBER_SCORE: ("a number is needed", "correct the value"),
        Kind.CLASS_SCORE: ("the name of the predicted class is needed", "fill in the value"),
        Kind.BINARY: (f"{classes} is needed", f"{known}; class names need data.positive in the card"),
        Kind.NUMBER_ACTUAL: ("a number is needed", known),
        Kind.CLASS_ACTUAL: ("a class name is needed", known),
        Kind.NUMBER: ("a number is needed", "correct the value or leave it empty if it is missing"),
        Kind.TEXT: ("a single text is needed", "correct the value or leave it empty if it is missing"),
        Kind.EXTRA: ("anything is allowed", "nothing to repair"),
    }[field.kind]


def _instant_needed(repair: str) -> tuple[str, str]:
    return (
        f"an instant in ISO 8601 between {FIRST_YEAR} and {LAST_YEAR} is needed",
        f"{repair}, like 2013-04-01T09:30:00Z",
    )


def _is_number(kind: str) -> bool:
    return kind in NUMBERS or kind in FRACTIONS or kind.startswith("DECIMAL")


def _text_of(raw: str, kind: str) -> str:
    if is_text(kind):
        return f"nullif({raw}, '')"
    if kind in FRACTIONS:
        return f"CASE WHEN NOT isnan({raw}) THEN CAST({raw} AS VARCHAR) END"
    return f"CAST({raw} AS VARCHAR)"


def _text(raw: str, parsed: str, kind: str) -> Reading:
    """Text as it stands. From JSON Lines, lists and objects arrive as their JSON text and are at fault."""
    fault = f"coalesce({parsed}[1] IN ('{{', '[') AND json_valid({parsed}), false)" if kind == JSON_TEXT else "false"
    return Reading(_text_of(raw, kind), parsed, fault)


def _number(raw: str, parsed: str, kind: str) -> Reading:
    """A finite number; NaN is missing, true and false are 1 and 0. DuckDB would also take 1_000 for a number."""
    value = f"CASE WHEN isfinite({parsed}) THEN {parsed} END"
    if not is_text(kind):
        return Reading(f"CAST({raw} AS DOUBLE)", value, f"coalesce(isinf({parsed}), false)")
    # CASE spares the rare branches for the rows that need them; coalesce and AND would work them out for every row.
    number = f"TRY_CAST({raw} AS DOUBLE)"
    truth = f"CASE lower(trim({raw})) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END"
    other = f"{raw} IS NOT NULL AND trim({raw}) <> '' AND NOT coalesce(isnan({parsed}), false)"
    return Reading(
        parsed=f"CASE WHEN {number} IS NOT NULL THEN {number} ELSE {truth} END",
        value=value,
        fault=f"CASE WHEN isfinite({parsed}) THEN contains({raw}, '_') ELSE {other} END",
    )


def _instant(raw: str, parsed: str, kind: str, zone: str) -> Reading:
    """An instant as UTC without zone: no zone means UTC, a day begins at midnight in the model's time zone."""
    in_range = f"{parsed} >= TIMESTAMP '{FIRST_YEAR}-01-01' AND {parsed} < TIMESTAMP '{LAST_YEAR + 1}-01-01'"
    value = f"CASE WHEN {in_range} THEN {parsed} END"
    if is_text(kind):
        fault = f"({raw} IS NOT NULL AND {value} IS NULL AND trim({raw}) <> '')"
        return Reading(_instant_from_text(raw, zone), value, fault)
    fault = f"({raw} IS NOT NULL AND {value} IS NULL)"
    if kind == "DATE":
        return Reading(_day_begin(f"TRY_CAST({raw} AS TIMESTAMP)", zone), value, fault)
    if kind == ZONED:
        return Reading(f"{raw} AT TIME ZONE 'UTC'", value, fault)
    return Reading(f"TRY_CAST({raw} AS TIMESTAMP)", value, fault)


def _instant_from_text(raw: str, zone: str) -> str:
    text = f"upper(trim({raw}))"
    with_seconds = f"CASE WHEN {text}[17] = ':' THEN {text} ELSE {text}[:16] || ':00' || {text}[17:] END"
    return f"""CASE
        WHEN length(trim({raw})) = 10 AND regexp_full_match({text}, '{DAY_FORM}')
            THEN {_day_begin(f"TRY_CAST({text} AS TIMESTAMP)", zone)}
        WHEN regexp_full_match({text}, '{INSTANT_FORM}') THEN TRY_CAST({with_seconds} AS TIMESTAMPTZ) AT TIME ZONE 'UTC'
    END"""


def _day_begin(local: str, zone: str) -> str:
    return f"timezone({literal(zone)}, {local}) AT TIME ZONE 'UTC'"


def _binary(raw: str, parsed: str, kind: str, positive: str | None) -> Reading:
    """1 or 0; NaN is not known; a number or truth value that is neither is at fault unless classes are named."""
    if positive is not None:
        return Reading(_class_as_number(_text_of(raw, kind), positive), parsed, "false")
    value = f"CASE WHEN {parsed} IN (0, 1) THEN {parsed} END"
    if not is_text(kind):
        made = (
            f"CAST({raw} AS DOUBLE)"
            if _is_number(kind) or kind == "BOOLEAN"
            else f"TRY_CAST(CAST({raw} AS VARCHAR) AS DOUBLE)"
        )
        return Reading(made, value, f"({raw} IS NOT NULL AND {value} IS NULL AND NOT coalesce(isnan({parsed}), false))")
    number = _number(raw, parsed, kind)
    return Reading(number.parsed, value, f"({number.fault} OR coalesce(isfinite({parsed}) AND {value} IS NULL, false))")


def _class_as_number(text: str, positive: str) -> str:
    """1 for the positive class and 0 for any other; 0, 1, true, false mean themselves unless a class is called so."""
    word = f"lower(trim({text}))"
    number = f"TRY_CAST({word} AS DOUBLE)"
    try:
        same, plain = f"coalesce({number} = TRY_CAST({literal(positive)} AS DOUBLE), false)", float(positive) == 1
    except ValueError:
        lowered = positive.strip().lower()
        same = (
            f"{word} = {literal(lowered)}"
            if lowered in ("true", "false")
            else f"trim({text}) = {literal(positive.strip())}"
        )
        plain = lowered != "false"
    usual = f"WHEN {word} IN {ONE} OR {number} = 1 THEN 1.0 " if plain else ""
    return (
        f"CASE WHEN {word} IS NULL OR {word} = '' OR isnan({number}) THEN NULL WHEN {same} THEN 1.0 {usual}ELSE 0.0 END"
    )


def _version(raw: str, parsed: str, kind: str, card: ModelCard) -> Reading:
    names = ", ".join(literal(version.version) for version in card.versions)
    text = _text_of(raw, kind)
    made = f"coalesce({text}, {literal(card.versions[0].version)})" if len(card.versions) == 1 else text
    return Reading(made, parsed, f"coalesce({parsed} NOT IN ({names}), true)")
