"""The options of `show`, and the query that they make; both follow from the fields of Query."""

from __future__ import annotations

import argparse

from dashboard.views.query import OPTIONS, Query, read_query


def add_query_options(parser: argparse.ArgumentParser) -> None:
    """Add an option for each field of Query that has one."""
    for name, option in OPTIONS.items():
        if option.flag is not None:
            parser.add_argument(
                option.flag, dest=name, metavar=option.metavar, choices=option.choices, help=option.help
            )


def asked(options: argparse.Namespace) -> dict[str, str]:
    """What was asked for, as texts by field of Query."""
    given = {name: getattr(options, name) for name in OPTIONS}
    return {name: text for name, text in given.items() if text is not None}


def query_from(options: argparse.Namespace) -> Query:
    """The query of parsed options; raises InputRefusedError naming the option that cannot be read."""
    return read_query(asked(options), lambda name: OPTIONS[name].flag or name)
