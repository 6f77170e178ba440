"""Actions as commands: the parser of each follows from what the action says about itself."""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dashboard.cli.argument_help import argument_help
from dashboard.cli.command_parser import CommandParser, Commands
from dashboard.errors import InputRefusedError, Problem
from dashboard.registry import Declared

if TYPE_CHECKING:
    from dashboard.actions.registry import Action

# Fields whose names on the command line are words of Python or shorter than their fields; several get an s.
FIELDS = {"from": "start", "process": "processe", "to": "end"}


def add_action(
    commands: Commands, groups: dict[str, Commands], action: Declared, everywhere: CommandParser
) -> CommandParser:
    """Add the parser of an action; the first of two words becomes a group of commands."""
    words = command_words(str(action.keywords["command"]).split())
    parent = commands
    if len(words) == 2:
        if words[0] not in groups:
            group = commands.add_parser(words[0], help=f"{words[0]}: see {words[0]} --help")
            groups[words[0]] = group.add_subparsers(metavar="KIND", required=True)
        parent = groups[words[0]]
    parser = parent.add_parser(words[-1], parents=[everywhere], help=action.summary, description=action.summary)
    parser.fill = partial(_add_words, name=action.name)
    return parser


def command_words(command: Sequence[str]) -> list[str]:
    """The words that name a command, without its arguments."""
    return [word for word in command if word.islower() and not word.lstrip("[").startswith("--")]


def _add_words(parser: argparse.ArgumentParser, name: str) -> None:
    from dashboard.actions.registry import ACTIONS

    action = ACTIONS.get(name)
    for word in action.command[len(command_words(action.command)) :]:
        _add_word(parser, word, action)


def _name(word: str) -> str:
    return word.strip("[].").lstrip("-").lower()


def _field(word: str) -> str:
    """The field of the payload that an argument or option stands for."""
    name, several = _name(word), word.strip("[]").endswith("...")
    return FIELDS.get(name, name.replace("-", "_")) + ("s" if several else "")


@contextmanager
def named_as_written(action: Action) -> Iterator[None]:
    """Within the block, what is refused names arguments and options of the command instead of fields."""
    written = {}
    for word in action.command[len(command_words(action.command)) :]:
        name = _name(word)
        written[_field(word)] = written[name] = f"--{name}" if "--" in word else name.upper()
    try:
        yield
    except InputRefusedError as fault:
        raise InputRefusedError([_as_written(problem, written) for problem in fault.problems], fault.total) from None


def _as_written(problem: Problem, written: Mapping[str, str]) -> Problem:
    """A problem of the payload with its field as it was written; one of a file names what the file holds."""
    if problem.file is not None or problem.field is None:
        return problem
    first, *_ = re.split(r"[.\[]", problem.field)
    return replace(problem, field=written.get(first, problem.field))


def _add_word(parser: argparse.ArgumentParser, word: str, action: Action) -> None:
    optional, several = word.startswith("["), word.strip("[]").endswith("...")
    name, field = _name(word), _field(word)
    if field not in action.payload.model_fields:
        raise ValueError(f"action {action.name!r} has no field {field!r}; its command names {word}")
    kind = Path if field == "files" else str
    annotation = action.payload.model_fields[field].annotation
    explained = argument_help(" ".join(command_words(action.command)), name, annotation).replace("%", "%%")
    if annotation is bool:
        parser.add_argument(f"--{name}", dest=field, action="store_const", const=True, help=explained)
    elif word.strip("[").startswith("--"):
        number, kept = ("+", "extend") if several else (None, "store")
        parser.add_argument(
            f"--{name}", dest=field, action=kept, nargs=number, metavar=name.upper(), required=not optional,
            help=explained,
        )  # fmt: skip
    elif several:
        parser.add_argument(field, nargs="*" if optional else "+", metavar=name.upper(), type=kind, help=explained)
    else:
        parser.add_argument(field, nargs="?" if optional else None, metavar=name.upper(), type=kind, help=explained)


def given_values(action: Action, options: argparse.Namespace) -> Mapping[str, Any]:
    """The values that were given on the command line, by field of the action's payload."""
    given = {name: getattr(options, name, None) for name in action.payload.model_fields}
    return {
        name: tuple(value) if isinstance(value, list) else value for name, value in given.items() if value is not None
    }
