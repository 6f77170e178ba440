"""Bring a copied file into a form that is read as it is: UTF-16 becomes UTF-8, a JSON table becomes JSON Lines."""

from __future__ import annotations

import codecs
import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from dashboard.errors import InputRefusedError, Problem
from dashboard.store.log.copies import Copy, LineCount, refuse_long_lines
from dashboard.store.log.diagnosis import HALF, NOT_UTF8, field_with_half
from dashboard.store.log.files import BLOCK_BYTES
from dashboard.store.log.json_tables import NotATableError, read_rows, tells_table

WIDE_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


def prepared(copy: Copy) -> tuple[Copy, list[str]]:
    """The copy, rewritten where that is needed, and what is to be said of it.

    Raises InputRefusedError for a table of JSON that cannot be understood, and for lines that are too long.
    """
    if copy.format == "parquet":
        return copy, []
    notes = []
    with copy.path.open("rb") as content:
        start = content.read(2)
    if start in WIDE_MARKS:
        copy = _rewritten(copy, lambda target: _as_utf8(copy.path, target))
        notes.append("text is written in UTF-16")
    if copy.format == "jsonl" and (shape := tells_table(copy.path)) is not None:
        copy = _rewritten(copy, lambda target: _as_lines(copy, target))
        notes.append(f"rows come as {shape}; they are numbered from 1")
    refuse_long_lines(copy)
    return copy, notes


def _rewritten(copy: Copy, write: Callable[[Path], None]) -> Copy:
    target = copy.path.with_name(f"prepared_{copy.path.name}")
    write(target)
    target.replace(copy.path)
    lines = LineCount()
    with copy.path.open("rb") as content:
        while block := content.read(BLOCK_BYTES):
            lines.add(block)
    lines.finish()
    return replace(copy, lines=lines)


def _as_utf8(path: Path, target: Path) -> None:
    with (
        path.open(encoding="utf-16", newline="") as wide,
        target.open("w", encoding="utf-8", newline="") as text,
    ):
        while block := wide.read(BLOCK_BYTES):
            text.write(block)


def _as_lines(copy: Copy, target: Path) -> None:
    try:
        with target.open("w", encoding="utf-8") as lines:
            for number, row in enumerate(read_rows(copy.path), start=1):
                try:
                    lines.write(json.dumps(row, ensure_ascii=False))
                except UnicodeEncodeError as fault:
                    raise InputRefusedError([Problem(HALF, copy.name, number, field_with_half(row))]) from fault
                lines.write("\n")
    except NotATableError as fault:
        raise InputRefusedError([Problem(str(fault), copy.name, fault.row)]) from fault
    except UnicodeDecodeError as fault:
        raise InputRefusedError([Problem(NOT_UTF8, copy.name)]) from fault
