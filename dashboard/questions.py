"""The options of `show`, and the query that they make."""

from __future__ import annotations

import argparse
from collections.abc import Callable
from datetime import date, datetime
from typing import Literal, TypeVar

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.measures.drift import METHODS
from dashboard.schema.times import parse_day, parse_instant
from dashboard.views.query import GRAINS, Query
from dashboard.words import LANGUAGES

Parsed = TypeVar("Parsed")


def add_query_options(parser: argparse.ArgumentParser) -> None:
    """Add one option for each field of Query."""
    parser.add_argument("--from", dest="start", metavar="D", help="first day, inclusive")
    parser.add_argument("--to", dest="end", metavar="D", help="last day, inclusive")
    parser.add_argument("--by", choices=GRAINS, help="length of the periods (default: the card's)")
    parser.add_argument("--version", help="only this version of the model")
    parser.add_argument("--segment", metavar="COLUMN=VALUE", help="only this group of cases")
    parser.add_argument("--reference", metavar="FROM:TO", help="compare with these days, or with last_year")
    parser.add_argument("--on", metavar="DAY", help="the state that held on that day")
    parser.add_argument("--as-of", metavar="INSTANT", help="what was known at that instant")
    parser.add_argument("--method", choices=sorted(METHODS.all()), help="how drift is measured")
    parser.add_argument("--metric", help="only this metric")
    parser.add_argument("--feature", help="only this feature (also score, actual)")
    parser.add_argument("--threshold", type=float, metavar="SHARE", help="decide at this score instead of the card's")
    parser.add_argument("--language", choices=LANGUAGES, default="en")


def query_from(options: argparse.Namespace) -> Query:
    """The query of parsed options; raises InputRefusedError naming the option that cannot be read."""
    return Query(
        model=options.model,
        start=_read(options.start, "--from", parse_day),
        end=_read(options.end, "--to", parse_day),
        by=options.by,
        version=options.version,
        segment=_read(options.segment, "--segment", read_segment),
        reference=_read(options.reference, "--reference", read_reference),
        on=_read(options.on, "--on", parse_day),
        as_of=_read(options.as_of, "--as-of", read_instant),
        method=options.method,
        metric=options.metric,
        feature=options.feature,
        threshold=options.threshold,
        language=options.language,
    )


def _read(text: str | None, option: str, read: Callable[[str], Parsed]) -> Parsed | None:
    if text is None:
        return None
    try:
        return read(text)
    except ValueError as fault:
        raise InputRefusedError([Problem(str(fault), field=option)]) from fault


def read_segment(text: str) -> tuple[str, str]:
    """`COLUMN=VALUE`; raises ValueError."""
    column, sign, value = text.partition("=")
    if not sign or not column:
        raise ValueError(f"received {shorten(text)}; write COLUMN=VALUE")
    return column, value


def read_reference(text: str) -> tuple[date, date] | Literal["last_year"]:
    """`FROM:TO` in days, or `last_year`; raises ValueError."""
    if text == "last_year":
        return "last_year"
    first, sign, last = text.partition(":")
    if not sign:
        raise ValueError(f"received {shorten(text)}; write FROM:TO in days, or last_year")
    start, end = parse_day(first), parse_day(last)
    if end < start:
        raise ValueError(f"received {shorten(text)}; the second day is before the first; swap them")
    return start, end


def read_instant(text: str) -> datetime:
    """An instant; one without a zone is UTC, a day is its end, so that all of that day was known. Raises ValueError."""
    if len(text) == 10:
        from datetime import UTC, time

        return datetime.combine(parse_day(text), time.max, tzinfo=UTC)
    return parse_instant(text)
