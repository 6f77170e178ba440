"""How the values of a column are read and checked, as SQL over any DuckDB type that a file may bring.

Each column is read in three steps: its raw reference, a parsed form of it, and from both the value and whether it is at
fault. Empty text is missing; a value of the wrong kind is a fault, never a guess and never missing.
"""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.schema.canonical import COMMA_TEXT, JSON_TEXT, canonical, canonical_sql, loses_digits, lost_digits_sql
from dashboard.schema.card.card import ModelCard
from dashboard.store.log.fields import Field, Kind
from dashboard.store.log.instants import EPOCH, Allowed, instant_parsed
from dashboard.store.log.quoting import literal
from dashboard.store.log.sources import is_nested, is_text

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
# The type of a column without any value whose own type could not hold what the card says: as good as no column.
EMPTY = "EMPTY"
# Texts that say that a class is not known; as any other class they would count as the negative one.
NO_CLASSES = (
    "?", "-", "--", "n/a", "#n/a", "null", "nil", "unknown", "undefined", "not known", "not available", "pending",
    "tbd", "unbekannt", "ausstehend",
)  # fmt: skip
ONE = ("1", "true")
NO_PREDICTION = "leave it empty if the model gave none"
# The fault of a column that takes anything.
NEVER = "false"
INSTANTS = (Kind.INSTANT, Kind.KNOWN_AT)
NUMERIC_KINDS = (Kind.NUMBER, Kind.PROBABILITY, Kind.NUMBER_SCORE, Kind.NUMBER_ACTUAL)
CANONICAL = (Kind.ID, Kind.CLASS_SCORE, Kind.CLASS_ACTUAL, Kind.TEXT)
LOST_DIGITS = (
    "whole numbers of this size lose digits as floating point, so which one it was is not known",
    "write the column as whole numbers or as text",
)
REQUIRED = (Kind.ID, Kind.INSTANT)


@dataclass(frozen=True)
class Terms:
    """What values are held against: the card, and between which instants rows may lie."""

    card: ModelCard
    allowed: Allowed


@dataclass(frozen=True)
class Reading:
    """The SQL that reads one column: `parsed` over the raw reference, `value` and `fault` over both."""

    parsed: str
    value: str
    fault: str


def refused_type(field: Field, kind: str) -> str | None:
    """Why a column of this DuckDB type cannot hold the field, or None when it can."""
    if field.kind is Kind.EXTRA or kind == EMPTY:
        return None
    if is_nested(kind):
        return f"received a column of nested values ({kind[:60]}); single values are needed; take them apart"
    if kind == "BLOB":
        return "received a column of bytes; text, numbers or instants are needed; write it as text in UTF-8"
    if field.kind in NUMERIC_KINDS and not (is_text(kind) or kind == "BOOLEAN" or _is_number(kind)):
        return f"received a column of type {kind}; numbers are needed; convert it"
    if field.kind in INSTANTS and not (is_text(kind) or kind.startswith(("DATE", "TIMESTAMP", EPOCH))):
        return f"received a column of type {kind}; instants are needed; convert it to timestamps or to text in ISO 8601"
    return None


def reading(field: Field, names: tuple[str, str], kind: str, terms: Terms) -> Reading:
    """Return the SQL that reads `field` from a column of DuckDB type `kind`; `names` are its raw and parsed values."""
    raw, parsed = names
    card = terms.card
    if kind == EMPTY:
        made = Reading("NULL", "NULL", NEVER)
    elif field.kind in INSTANTS:
        made = _instant(raw, parsed, kind, terms)
    elif field.kind in NUMERIC_KINDS:
        made = _number(raw, parsed, kind)
    elif field.kind is Kind.BINARY:
        made = _binary(raw, parsed, kind, card.data.positive)
    elif field.kind is Kind.VERSION:
        made = _version(raw, parsed, kind, card)
    elif field.kind is Kind.EXTRA:
        made = Reading(_extra(raw, kind), parsed, NEVER)
    else:
        made = _text(raw, parsed, kind)
    if field.kind is Kind.PROBABILITY and kind != EMPTY:
        fault = f"({made.fault} OR coalesce({made.value} < 0 OR {made.value} > 1, false))"
        made = Reading(made.parsed, made.value, fault)
    if field.kind in REQUIRED:
        return Reading(made.parsed, made.value, f"({made.fault} OR {made.value} IS NULL)")
    return made


def absent(field: Field, card: ModelCard) -> str:
    """The value of a field that the file does without."""
    if field.kind is Kind.VERSION or field.source == "model_version":
        return literal(card.versions[0].version)
    return f"CAST(NULL AS {field.sql_type})"


def needed(field: Field, terms: Terms, received: str | None) -> tuple[str, str]:
    """Name what a field allows and how to repair a value, for the message about the fault of what was received."""
    card = terms.card
    classes = f"'{card.data.positive}' or another class name" if card.data.positive else "0, 1, true or false"
    names = ", ".join(version.version for version in card.versions[:10])
    known = "correct the value or leave it empty if it is not known yet"
    if field.kind in CANONICAL and received is not None and loses_digits(received):
        return LOST_DIGITS
    if field.kind in INSTANTS:
        return terms.allowed.needed("correct the value" if field.kind is Kind.INSTANT else known, received)
    return {
        Kind.ID: ("an id that is unique within the model is needed", "fill in the value"),
        Kind.VERSION: (f"a version of the card is needed ({names})", "correct the value or register the version"),
        Kind.PROBABILITY: ("a probability from 0 to 1 is needed", f"correct the value or {NO_PREDICTION}"),
        Kind.NUMBER_SCORE: ("a number is needed", f"correct the value or {NO_PREDICTION}"),
        Kind.CLASS_SCORE: ("the name of the predicted class is needed", f"correct the value or {NO_PREDICTION}"),
        Kind.BINARY: (f"{classes} is needed", f"{known}; class names need data.positive in the card"),
        Kind.NUMBER_ACTUAL: ("a number is needed", known),
        Kind.CLASS_ACTUAL: ("a class name is needed", known),
        Kind.NUMBER: ("a number is needed", "correct the value or leave it empty if it is missing"),
        Kind.TEXT: ("a single text is needed", "correct the value or leave it empty if it is missing"),
        Kind.EXTRA: ("anything is allowed", "nothing to repair"),
    }[field.kind]


def _is_number(kind: str) -> bool:
    return kind in NUMBERS or kind in FRACTIONS or kind.startswith("DECIMAL")


def _extra(raw: str, kind: str) -> str:
    """A column that the card does not name, as it stands."""
    if is_text(kind):
        return f"nullif({raw}, '')"
    if kind in FRACTIONS:
        return f"CASE WHEN NOT isnan({raw}) THEN CAST({raw} AS VARCHAR) END"
    return f"CAST({raw} AS VARCHAR)"


def _text(raw: str, parsed: str, kind: str) -> Reading:
    """The canonical text. From JSON Lines, lists and objects arrive as their JSON text and are at fault."""
    fault = lost_digits_sql(raw, kind)
    if kind == JSON_TEXT:
        fault = f"({fault} OR coalesce({parsed}[1] IN ('{{', '[') AND json_valid({parsed}), false))"
    return Reading(canonical_sql(raw, kind), parsed, fault)


def _number(raw: str, parsed: str, kind: str) -> Reading:
    """A finite number; NaN is missing, true and false are 1 and 0. DuckDB would also take 1_000 for a number."""
    value = f"CASE WHEN isfinite({parsed}) THEN {parsed} END"
    if not is_text(kind):
        return Reading(f"CAST({raw} AS DOUBLE)", value, f"coalesce(isinf({parsed}), false)")
    # CASE spares the rare branches for the rows that need them; coalesce and AND would work them out for every row.
    written = f"replace({raw}, ',', '.')" if kind == COMMA_TEXT else raw
    number = f"TRY_CAST({written} AS DOUBLE)"
    truth = f"CASE lower(trim({raw})) WHEN 'true' THEN 1.0 WHEN 'false' THEN 0.0 END"
    other = f"{raw} IS NOT NULL AND trim({raw}) <> '' AND NOT coalesce(isnan({parsed}), false)"
    return Reading(
        parsed=f"CASE WHEN {number} IS NOT NULL THEN {number} ELSE {truth} END",
        value=value,
        fault=f"CASE WHEN isfinite({parsed}) THEN contains({raw}, '_') ELSE {other} END",
    )


def _instant(raw: str, parsed: str, kind: str, terms: Terms) -> Reading:
    """An instant as UTC without zone, within what is allowed."""
    value = f"CASE WHEN {terms.allowed.clause(parsed)} THEN {parsed} END"
    given = f"{raw} IS NOT NULL AND {value} IS NULL"
    if is_text(kind):
        given += f" AND trim({raw}) <> ''"
    return Reading(instant_parsed(raw, kind, terms.card.time_zone), value, f"({given})")


def _binary(raw: str, parsed: str, kind: str, positive: str | None) -> Reading:
    """1 or 0; NaN is not known; a number or truth value that is neither is at fault unless classes are named."""
    if positive is not None:
        text = canonical_sql(raw, kind)
        words = ", ".join(literal(word) for word in NO_CLASSES if word != positive.strip().lower())
        return Reading(_class_as_number(text, positive), parsed, f"coalesce(lower({text}) IN ({words}), false)")
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
    """A version as the card writes it: as it stands, else by its canonical form where only one version has that."""
    names = [version.version for version in card.versions]
    forms = [canonical(name) for name in names]
    written = f"CAST({raw} AS VARCHAR)"
    by_form = " ".join(
        f"WHEN {literal(form)} THEN {literal(name)}"
        for name, form in zip(names, forms, strict=True)
        if form is not None and forms.count(form) == 1
    )
    form = canonical_sql(raw, kind)
    found = f"CASE {form} {by_form} ELSE {form} END" if by_form else form
    listed = ", ".join(map(literal, names))
    made = f"CASE WHEN {written} IN ({listed}) THEN {written} ELSE {found} END"
    if len(names) == 1:
        made = f"coalesce({made}, {literal(names[0])})"
    return Reading(made, parsed, f"coalesce({parsed} NOT IN ({listed}), true)")
