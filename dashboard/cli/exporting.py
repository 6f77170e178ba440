"""Commands that write something to carry away: `export feedback`."""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from dashboard.cli.command_parser import CommandParser, Commands
from dashboard.errors import InputRefusedError, Problem, StoreInUseError
from dashboard.machine import machine_faults

SET = "feedback-set"
# What is written as JSON in the view, and as a value in the file.
AS_VALUES = ("score", "actual", "corrected", "reasons")
OF_THE_ROW = "row."


def add_export_commands(commands: Commands, groups: dict[str, Commands], everywhere: CommandParser) -> None:
    """Add the commands to the command line."""
    if "export" not in groups:
        group = commands.add_parser("export", help="export: see export --help")
        groups["export"] = group.add_subparsers(metavar="KIND", required=True)
    feedback = groups["export"].add_parser(
        "feedback", parents=[everywhere], help="write what experts said about a model as a training set (Parquet)"
    )
    feedback.add_argument("model", metavar="MODEL", help="id of the model")
    feedback.add_argument("--output", type=Path, required=True, metavar="FILE", help="Parquet file to write")
    feedback.set_defaults(run=_export_feedback)


def _export_feedback(options: argparse.Namespace) -> None:
    if options.output.suffix.lower() != ".parquet":
        message = f"received {options.output.name}; allowed is a name that ends in .parquet; change it"
        raise InputRefusedError([Problem(message, field="--output")])
    records = _records(options)
    head = records[0]["head"] if records else None
    with machine_faults(f"{options.output} cannot be written"):
        number = write_training_set(records, options.output)
    chain = f"; the chain head is {head}" if head is not None else ""
    print(f"wrote {number} judgements to {options.output}{chain}")


def _records(options: argparse.Namespace) -> list[dict[str, Any]]:
    from dashboard.cli.acting import actor, principal
    from dashboard.cli.patience import patiently
    from dashboard.store.engine.database import open_store
    from dashboard.views.query import Query
    from dashboard.views.records import records
    from dashboard.views.registry import run_view

    if not options.home.exists():
        raise InputRefusedError([Problem(f"home {options.home} does not exist; name another with --home")])
    try:
        store = patiently(options.home, lambda: open_store(options.home))
    except StoreInUseError as held:
        from dashboard.cli.client import find_server

        return find_server(options.home, held).show(SET, {"model": options.model}, actor(), options.acting_as)
    try:
        return records(run_view(store, SET, Query(model=options.model), principal(store, options)))
    finally:
        store.close()


def write_training_set(found: Sequence[dict[str, Any]], path: Path) -> int:
    """Write judgements with their rows as Parquet, and return how many; features are columns `row.NAME`.

    The file's metadata hold model and chain head as well, so that they outlive whatever is done with the columns.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    names = [name for name in (found[0] if found else {}) if name != "row"]
    rows = [json.loads(one["row"]) if one["row"] else {} for one in found]
    columns = {name: [_value(name, one[name]) for one in found] for name in names}
    for feature in dict.fromkeys(name for row in rows for name in row):
        columns[f"{OF_THE_ROW}{feature}"] = [row.get(feature) for row in rows]
    table = pa.table({name: _array(values) for name, values in columns.items()})
    if found:
        table = table.replace_schema_metadata({"model": str(found[0]["model"]), "chain_head": str(found[0]["head"])})
    pq.write_table(table, path)
    return len(found)


def _value(name: str, value: Any) -> Any:
    return json.loads(value) if name in AS_VALUES and isinstance(value, str) else value


def _array(values: list[Any]) -> Any:
    """A column of one type: numbers where all are, else text."""
    import pyarrow as pa

    kinds = {type(value) for value in values if value is not None}
    if kinds <= {int, float} and float in kinds:
        return pa.array([None if value is None else float(value) for value in values])
    if len(kinds) > 1:
        return pa.array([None if value is None else str(value) for value in values])
    return pa.array(values)
