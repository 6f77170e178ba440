"""The process that runs Evidently on two samples; started by `evidently_report`, never by hand."""

from __future__ import annotations

from importlib import import_module
from pathlib import Path

from dashboard.processes.child import Message, Tell, serve
from dashboard.processes.limits import Limits


def warm_up() -> None:
    """Import what takes seconds."""
    for name in ("pandas", "pyarrow.parquet", "evidently", "evidently.presets"):
        import_module(name)


def answer(request: Message, _: Tell) -> Message:
    """Compare two samples (Parquet files `current` and `reference`) and write the report to `report` as HTML.

    `kinds` says of each column whether it is numeric or categorical.
    """
    import pandas as pd
    from evidently import DataDefinition, Dataset, Report
    from evidently.presets import DataDriftPreset

    kinds: dict[str, str] = request["kinds"]
    definition = DataDefinition(
        numerical_columns=[name for name, kind in kinds.items() if kind == "numeric"],
        categorical_columns=[name for name, kind in kinds.items() if kind == "categorical"],
    )
    sides = [
        Dataset.from_pandas(pd.read_parquet(request[side]), data_definition=definition)
        for side in ("current", "reference")
    ]
    try:
        found = Report([DataDriftPreset()]).run(*sides)
    except ValueError as fault:
        return {"refused": f"Evidently cannot compare the samples: {str(fault)[:300]}"}
    Path(request["report"]).write_text(found.get_html_str(as_iframe=False), encoding="utf-8")
    return {"done": True}


if __name__ == "__main__":
    serve(warm_up, answer, Limits())
