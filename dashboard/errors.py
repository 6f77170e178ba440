"""Errors that reach a person. Everything else is a defect and may show a traceback."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dashboard.words import Sentence

SHOWN_PROBLEMS = 20
SHOWN_CHARACTERS = 80


class DashboardError(Exception):
    """Base of all errors with a message for people; `exit_code` is what the command line returns."""

    exit_code = 1


@dataclass(frozen=True)
class Problem:
    """One fault in an input: where it is and what to do about it.

    `message` says what was received, what is allowed and how to repair it, separated by semicolons. `sentence` is the
    same for readers of a page, in their language. `alike` counts further faults that this one stands for.
    """

    message: str
    file: str | None = None
    row: int | None = None
    field: str | None = None
    sentence: Sentence | None = None
    alike: int = 0

    def __str__(self) -> str:
        """`FILE:ROW:FIELD: message`, leaving out the parts that do not apply."""
        where = [str(part) for part in (self.file, self.row, self.field) if part is not None]
        return f"{':'.join(where)}: {self.message}" if where else self.message


class InputRefusedError(DashboardError):
    """Input that breaks a rule; nothing of the call was written."""

    exit_code = 2

    def __init__(self, problems: Sequence[Problem], total: int | None = None) -> None:
        """Keep the first problems for display and the total number of faults."""
        self.problems = list(problems)
        self.total = len(self.problems) if total is None else total
        super().__init__("\n".join(self.lines()))

    def lines(self) -> list[str]:
        """The problems one per line, followed by how many more there are."""
        shown = [str(problem) for problem in self.problems[:SHOWN_PROBLEMS]]
        rest = self.total - sum(1 + problem.alike for problem in self.problems[:SHOWN_PROBLEMS])
        return [*shown, f"{rest} more faults; {self.total} in total"] if rest > 0 else shown


class ForbiddenError(DashboardError):
    """Something that is not open to who asks for it; nothing was written."""

    exit_code = 2

    def __init__(self, sentence: Sentence, model_id: str | None = None) -> None:
        """Keep the reason, to be rendered in the reader's language, and the model that it is about, if it is one."""
        self.sentence = sentence
        self.model_id = model_id
        super().__init__(sentence.render())


class NotFoundError(DashboardError):
    """Something was asked for by an id that the store does not know."""

    exit_code = 2


class StoreInUseError(DashboardError):
    """Another process holds the store."""

    exit_code = 75


class StoreReopeningError(DashboardError):
    """The store is closed for a moment, to be opened anew; nothing was written."""

    exit_code = 75


class StoreDamagedError(DashboardError):
    """The store or a file of the log does not have the content that was recorded."""


class MachineError(DashboardError):
    """The machine fails: no space, no rights, no file handles. What was under way was not written.

    `full` tells that there is no space; `words` is the catalogue key of the cause for readers of a page.
    """

    def __init__(self, message: str, *, full: bool = False, words: str | None = None) -> None:
        """Keep the message with the cause, whether space is what is missing, and the cause for readers."""
        self.full = full
        self.words = words
        super().__init__(message)


def refused(sentence: Sentence, field: str | None = None) -> InputRefusedError:
    """A refusal of what a person entered, to be rendered in their language."""
    return InputRefusedError([Problem(sentence.render(), field=field, sentence=sentence)])


def shorten(value: object) -> str:
    """A received value as it may stand in a message: quoted, one line, at most 80 characters."""
    text = repr(value) if isinstance(value, str) else str(value)
    return text if len(text) <= SHOWN_CHARACTERS else text[: SHOWN_CHARACTERS - 1] + "…"
