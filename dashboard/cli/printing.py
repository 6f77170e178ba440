"""How frames and progress look on a terminal."""

from __future__ import annotations

import json
import logging
import math
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from dashboard.cli.text_table import text_table
from dashboard.words import NOTE

if TYPE_CHECKING:
    import pandas as pd

FORMATS = ("table", "json", "csv")
EMPTY = "nothing to show"
# Characters of a line where nobody's terminal says how many fit.
WIDE = 250


def print_done(done: str) -> None:
    """What an action answers on standard output; its notes on standard error, so that programs read the answer."""
    for line in done.splitlines():
        print(line, file=sys.stderr if line.startswith(NOTE) else sys.stdout)


def printed(frame: pd.DataFrame, form: str) -> str:
    """A frame as table, JSON (a list of flat objects, absent is null) or CSV."""
    from dashboard.views.records import records

    rows = [{name: plain(value) for name, value in row.items()} for row in records(frame)]
    return printed_records(rows, [str(name) for name in frame.columns], form)


def printed_records(records: list[dict[str, Any]], names: Sequence[str], form: str) -> str:
    """Flat objects with these columns as table, JSON or CSV, in which no text is a formula for a spreadsheet."""
    if form == "json":
        return json.dumps(records, ensure_ascii=False, indent=1)
    if form == "csv":
        import pandas as pd

        from dashboard.schema.formulas import guarded

        texts = [{name: guarded(cell) if isinstance(cell, str) else cell for name, cell in r.items()} for r in records]
        return pd.DataFrame(texts, columns=list(names), dtype=object).to_csv(index=False).rstrip("\n")
    return text_table(records, names, _room()) if records else EMPTY


def _room() -> int:
    return shutil.get_terminal_size().columns if sys.stdout.isatty() else WIDE


def plain(value: Any) -> Any:
    """A value as JSON has it: numbers are numbers, undefined ones null, instants ISO 8601."""
    import pandas as pd

    if value is None or value is pd.NaT or value is pd.NA:
        return None
    if hasattr(value, "item") and not isinstance(value, datetime):
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, datetime | date):
        return value.isoformat()
    return value


class _Shown(logging.Handler):
    """Writes what is worth a word about a home to standard error, wherever that leads at the moment."""

    def emit(self, record: logging.LogRecord) -> None:
        """Write one message."""
        print(record.getMessage(), file=sys.stderr)


def warnings_shown() -> None:
    """Let warnings about a home reach the person at the command line."""
    logger = logging.getLogger("dashboard.home")
    if not any(isinstance(handler, _Shown) for handler in logger.handlers):
        logger.addHandler(_Shown())


@contextmanager
def progress_bar() -> Iterator[Callable[[float, str], None]]:
    """A bar on standard error where a person watches; silent in pipelines."""
    if not sys.stderr.isatty():
        yield lambda share, doing: None
        return
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeElapsedColumn

    columns = (BarColumn(), TaskProgressColumn(), TimeElapsedColumn(), TextColumn("{task.description}", markup=False))
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task("", total=1.0)
        yield lambda share, doing: bar.update(task, completed=share, description=doing)
