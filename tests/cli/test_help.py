"""`--help` explains every argument and option of every command."""

from __future__ import annotations

import argparse
from collections.abc import Iterator

from dashboard.actions.registry import ACTIONS
from dashboard.cli.argument_help import ARGUMENTS
from dashboard.cli.command_line import build_parser
from dashboard.cli.command_parser import CommandParser
from dashboard.cli.commands import command_words


def commands(parser: argparse.ArgumentParser, name: str = "") -> Iterator[tuple[str, argparse.ArgumentParser]]:
    """Every command with its parser, its arguments added."""
    if isinstance(parser, CommandParser) and parser.fill is not None:
        fill, parser.fill = parser.fill, None
        fill(parser)
    yield name, parser
    for held in parser._actions:
        if isinstance(held, argparse._SubParsersAction):
            for word, below in held.choices.items():
                yield from commands(below, f"{name} {word}".strip())


def test_every_argument_is_explained() -> None:
    silent = [
        f"{name}: {held.dest}"
        for name, parser in commands(build_parser())
        for held in parser._actions
        if not isinstance(held, argparse._SubParsersAction) and not held.help
    ]
    assert silent == []


def test_nothing_is_explained_that_no_command_has() -> None:
    known = set()
    for action in ACTIONS.all().values():
        words = command_words(action.command)
        names = {word.strip("[].").lstrip("-").lower() for word in action.command[len(words) :]}
        known |= names | {f"{' '.join(words)}: {name}" for name in names}
    assert set(ARGUMENTS) <= known


def test_a_dry_run_and_the_allowed_words_are_told() -> None:
    told = {name: parser.format_help() for name, parser in commands(build_parser())}
    assert "write nothing" in " ".join(told["ingest predictions"].split())
    assert "(approve, conditions, reject)" in " ".join(told["sign off"].split())
