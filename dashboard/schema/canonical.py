"""The one text of a value: 7, 7.0, ' 7 ' and a decimal 7.00 are the same id, class, category or segment '7'.

Files write a value in many ways: a gap in a column of whole numbers makes pandas write 7.0 for 7, a warehouse pads and
adds zeros, True is true elsewhere. Whatever is compared as text is compared in this form, whether it comes from a file,
from the log, from a card or from a question. It is stated twice, for a value of Python and for a column of DuckDB; a
test holds both together. `canonical(canonical(x)) == canonical(x)`, so that what was written before stays readable.

What a text alone does not say stays apart: 007 is not 7, 1.10 (a version?) is not 1.1, 1 is not true.
"""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from decimal import Decimal

# From here on not every whole number has a floating point number of its own.
EXACT_DOUBLE = 2**53
EXACT_FLOAT = 2**24
SPACES = " \t\r\n\v\f\u00a0\ufeff"
WHOLE = r"-?(0|[1-9]\d*)\.0+"
INSTANT = r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| ?UTC| ?\+00(:?00)?)?"
LOST_DIGITS = r"-?(\d{16,}\.0+|\d(\.\d+)?e\+(1[6-9]|[2-9]\d|\d{3}))"
# Columns that DuckDB reads as text: from CSV, from JSON, from CSV with a comma as decimal sign.
JSON_TEXT, COMMA_TEXT = "JSON TEXT", "COMMA TEXT"
TEXTS = ("VARCHAR", JSON_TEXT, COMMA_TEXT)
COMMA_NUMBER = r"-?\d+,\d+"
_FRACTION = re.compile(r"\.0+$")
_TRUTH = ("true", "false")


def canonical(value: object) -> str | None:
    """The canonical text of a value; None for a missing one (None, NaN, text without any sign).

    >>> [canonical(value) for value in (7, 7.0, Decimal("7.00"), " 7 ", "7.0", "007", "1.10", True, "TRUE")]
    ['7', '7', '7', '7', '7', '007', '1.10', 'true', 'true']
    """
    if value is None or (isinstance(value, float) and math.isnan(value)):
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float):
        return str(int(value)) if abs(value) < EXACT_DOUBLE and value.is_integer() else repr(value)
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return text.rstrip("0").rstrip(".") if "." in text else text
    if isinstance(value, date) and not isinstance(value, datetime):
        return value.isoformat()
    return _from_text(str(value))


def _from_text(given: str) -> str | None:
    text = given.strip(SPACES)
    if not text:
        return None
    if re.fullmatch(WHOLE, text, re.ASCII):
        whole = _FRACTION.sub("", text)
        return "0" if whole == "-0" else whole
    if text.lower() in _TRUTH:
        return text.lower()
    if re.fullmatch(INSTANT, text, re.ASCII):
        return _from_instant(text)
    return text


def _from_instant(text: str) -> str:
    """An instant in UTC without zone; of a midnight only the day."""
    day, time = text[:10], text[11:19]
    digits = re.match(r"\.(\d+)", text[19:])
    fraction = digits[1].rstrip("0") if digits else ""
    if time == "00:00:00" and not fraction:
        return day
    return f"{day} {time}.{fraction}" if fraction else f"{day} {time}"


def loses_digits(text: str) -> bool:
    """Whether a text is a whole number that floating point may have rounded: which one it was is not known.

    >>> loses_digits("9007199254740993.0"), loses_digits("9007199254740993"), loses_digits("1.5e+20")
    (True, False, True)
    """
    text = text.strip(SPACES)
    return bool(re.fullmatch(LOST_DIGITS, text, re.ASCII)) and abs(float(text)) >= EXACT_DOUBLE


def canonical_sql(raw: str, kind: str) -> str:
    """SQL for the canonical text of a column `raw` of the DuckDB type `kind`, as `canonical`."""
    if kind in ("FLOAT", "DOUBLE"):
        whole = f"abs({raw}) < {EXACT_DOUBLE} AND {raw} = trunc({raw})"
        number = f"CASE WHEN {whole} THEN CAST(CAST({raw} AS BIGINT) AS VARCHAR) ELSE CAST({raw} AS VARCHAR) END"
        return f"CASE WHEN NOT isnan({raw}) THEN {number} END"
    if kind.startswith("DECIMAL"):
        scale = kind.rstrip(")").rpartition(",")[2]
        text = f"CAST({raw} AS VARCHAR)"
        return text if scale == "0" else f"rtrim(rtrim({text}, '0'), '.')"
    if kind == COMMA_TEXT:
        point = f"replace({raw}, ',', '.')"
        return (
            f"CASE WHEN regexp_full_match({raw}, '{COMMA_NUMBER}') THEN {_trimmed_sql(point)} ELSE {_text_sql(raw)} END"
        )
    if kind in TEXTS:
        return _text_sql(raw)
    if kind.startswith("TIMESTAMP"):
        return _text_sql(f"CAST({raw} AS VARCHAR)")
    return f"CAST({raw} AS VARCHAR)"


def _text_sql(raw: str) -> str:
    """CASE tries cheap conditions first, so that most texts pass by without trimming and regular expressions."""
    ends = " OR ".join(f"{raw} LIKE '%{sign}'" for sign in SPACES)
    starts = " OR ".join(f"{raw} LIKE '{sign}%'" for sign in SPACES if sign > "!")
    padded = f"{raw} < '!' OR {ends} OR {starts}"
    inner = _trimmed_sql(f"trim({raw}, '{SPACES}')")
    return f"CASE WHEN {padded} THEN {inner} ELSE {_trimmed_sql(raw)} END"


def _trimmed_sql(text: str) -> str:
    whole = f"regexp_replace({text}, '\\.0+$', '')"
    return f"""CASE
        WHEN {text} = '' THEN NULL
        WHEN {text} LIKE '%0' AND regexp_full_match({text}, '{WHOLE}')
            THEN CASE {whole} WHEN '-0' THEN '0' ELSE {whole} END
        WHEN strlen({text}) BETWEEN 4 AND 5 AND lower({text}) IN ('true', 'false') THEN lower({text})
        WHEN strlen({text}) >= 19 AND {text} LIKE '____-__-__%' AND regexp_full_match({text}, '{INSTANT}')
            THEN {_instant_sql(text)}
        ELSE {text} END"""


def _instant_sql(text: str) -> str:
    fraction = f"rtrim(regexp_extract({text}[20:], '^\\.(\\d+)', 1), '0')"
    return f"""CASE WHEN {text}[12:19] = '00:00:00' AND {fraction} = '' THEN {text}[:10]
            WHEN {fraction} = '' THEN {text}[:10] || ' ' || {text}[12:19]
            ELSE {text}[:10] || ' ' || {text}[12:19] || '.' || {fraction} END"""


def lost_digits_sql(raw: str, kind: str) -> str:
    """SQL that is true where a whole number in floating point may have been rounded, as `loses_digits`; never null."""
    if kind in ("FLOAT", "DOUBLE"):
        exact = EXACT_FLOAT if kind == "FLOAT" else EXACT_DOUBLE
        return f"coalesce(abs({raw}) >= {exact} AND isfinite({raw}), false)"
    if kind in TEXTS:
        text = f"trim({raw}, '{SPACES}')"
        lost = f"regexp_full_match({text}, '{LOST_DIGITS}') AND abs(TRY_CAST({text} AS DOUBLE)) >= {EXACT_DOUBLE}"
        possible = f"strlen({raw}) >= 18 AND contains({raw}, '.0') OR contains({raw}, 'e+')"
        return f"(CASE WHEN {possible} THEN coalesce({lost}, false) ELSE false END)"
    return "false"
