"""The options of `show`, and the query that they make."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Literal, TypeVar

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.measures.drift import METHODS
from dashboard.schema.broken_text import refuse_broken_text
from dashboard.schema.times import parse_day, parse_instant
from dashboard.views.query import GRAINS, Query
from dashboard.words import LANGUAGES

Parsed = TypeVar("Parsed")

# The options of a question over HTTP; each is a field of Query.
PARAMETERS = {
    "model": "the model's id",
    "start": "first day, inclusive",
    "end": "last day, inclusive",
    "by": f"length of the periods: {', '.join(GRAINS)}",
    "version": "only this version of the model",
    "segment": "only this group of cases: COLUMN=VALUE",
    "reference": "compare with these days, FROM:TO, or with last_year",
    "on": "the state that held on that day",
    "as_of": "what was known at that instant",
    "method": "how drift is measured",
    "metric": "only this metric",
    "feature": "only this feature (also score, actual)",
    "threshold": "decide at this score instead of the card's",
    "language": f"language of sentences: {', '.join(LANGUAGES)}",
}


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
    refuse_broken_text({name: getattr(options, name) for name in PARAMETERS})
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


def query_from_texts(items: Iterable[tuple[str, str]]) -> Query:
    """The query of HTTP parameters; raises InputRefusedError naming the parameter that cannot be read."""
    told: dict[str, str] = {}
    for name, text in items:
        if name not in PARAMETERS:
            known = ", ".join(PARAMETERS)
            raise InputRefusedError([Problem(f"unknown parameter; allowed are {known}; remove it", field=name)])
        if name in told:
            raise InputRefusedError([Problem("received twice; allowed is once; remove one", field=name)])
        told[name] = text
    options = argparse.Namespace(**{name: told.get(name) for name in PARAMETERS})
    options.language = _choice(told.get("language", "en"), "language", LANGUAGES)
    options.by = _choice(options.by, "by", GRAINS)
    options.method = _choice(options.method, "method", sorted(METHODS.all()))
    options.threshold = _read(options.threshold, "threshold", float)
    return query_from(options)


def _choice(text: str | None, name: str, allowed: Iterable[str]) -> str | None:
    known = tuple(allowed)
    if text is not None and text not in known:
        message = f"received {shorten(text)}; allowed are {', '.join(known)}; choose one of them"
        raise InputRefusedError([Problem(message, field=name)])
    return text


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
