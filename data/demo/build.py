"""Build the demo portfolio: `python data/demo/build.py FOLDER`.

It writes cards, artifacts, predictions, people, events, and what the pipelines tell of their runs (OpenLineage). Every
model goes raw file -> features -> training -> scoring, in `pipelines/<model>.py`; the same call gives the same bytes.
Each finished step is printed as a line that begins with the share done in percent.
"""

from __future__ import annotations

import argparse
import importlib
import json
import multiprocessing
import os
import shutil
import sys
import time
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    import pandas as pd

HERE = Path(__file__).resolve().parent
# In a tree the package lies beside `data`; an installed one is found without this.
sys.path.append(str(HERE.parents[1]))
WORKERS = 2

Progress = Callable[[float, str], None]


@dataclass(frozen=True)
class Portfolio:
    """Where the files of a built portfolio are."""

    cards: list[Path]
    people: Path
    events: Path
    lineage: Path
    predictions: dict[str, Path]


def model_ids() -> list[str]:
    """The models of the demo: one for each card."""
    return sorted(path.stem for path in (HERE / "cards").glob("*.yaml"))


def write_portfolio(folder: Path, progress: Progress, models: list[str] | None = None) -> Portfolio:
    """Run the pipelines of `models` (default all) on two processes and write all that is registered and ingested."""
    chosen = models or model_ids()
    for part in ("cards", "predictions", "events", "lineage", "opinions"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    # One thread per process: the sums are then the same on every machine, and two processes use two cores better.
    os.environ["OMP_NUM_THREADS"] = "1"
    with ProcessPoolExecutor(WORKERS, mp_context=multiprocessing.get_context("spawn")) as pool:
        running = [pool.submit(build_model, model, folder) for model in chosen]
        for done, finished in enumerate(as_completed(running), start=1):
            progress(done / (len(chosen) + 1), finished.result())
    shutil.copyfile(HERE / "people.yaml", folder / "people.yaml")
    for name, first in (("events", [HERE / "events.jsonl"]), ("lineage", [])):
        parts = [*first, *(folder / name / f"{model}.jsonl" for model in chosen)]
        joined = "".join(part.read_text(encoding="utf-8") for part in parts)
        (folder / f"{name}.jsonl").write_text(joined, encoding="utf-8")
    progress(1.0, "people and events")
    return Portfolio(
        cards=[folder / "cards" / f"{model}.yaml" for model in chosen],
        people=folder / "people.yaml",
        events=folder / "events.jsonl",
        lineage=folder / "lineage.jsonl",
        predictions={model: folder / "predictions" / f"{model}.parquet" for model in chosen},
    )


def build_model(model_id: str, folder: Path) -> str:
    """Train and score one model; write its predictions, artifact, completed card and events. Returns what was done."""
    started = time.perf_counter()
    import pandas as pd
    from pipelines import artifacts, lineage, routine, training
    from pipelines.columns import tried_columns
    from pipelines.tables import Built

    card = read_card(model_id)
    module = importlib.import_module(f"pipelines.{model_id.replace('-', '_')}")
    raw = pd.read_parquet(HERE / "raw" / module.SOURCE)
    frame = module.prepare(raw)
    trained = training.train_and_score(frame, card)
    log = training.joined(trained, card)
    log = module.finish(log) if hasattr(module, "finish") else log
    cases = training.in_charge(log, card)
    log.to_parquet(folder / "predictions" / f"{model_id}.parquet", index=False)

    for version, scored in zip(card["versions"], trained, strict=True):
        version["artifact"] = f"{model_id.replace('-', '_')}_{version['version']}.skops"
        version["artifact_sha256"] = artifacts.save_artifact(scored.model, folder / "cards" / version["artifact"])
        version["code_revision"] = artifacts.code_revision(Path(module.__file__), Path(training.__file__))
        version["environment"] = artifacts.environment()
        for deployment in version["deployments"]:
            deployment.setdefault("environment", dict(version["environment"]))
        version["importance"] = training.importance(scored, card)
    write_card(card, folder / "cards" / f"{model_id}.yaml")
    told = [*routine.events(cases, card), *judged(cases, card, folder)]
    write_lines(told, folder / "events" / f"{model_id}.jsonl")
    flows = yaml.safe_load((HERE / "flows.yaml").read_text(encoding="utf-8"))
    tried = tried_columns(module.prepare, raw)
    flow, systems = flows["models"][model_id], flows["systems"]
    bare = cases.drop(columns=training.VERSION, errors="ignore")
    built = Built(card, flow, systems, raw, frame, bare, tried, [scored.trained_rows for scored in trained])
    write_lines(lineage.events(built), folder / "lineage" / f"{model_id}.jsonl")
    seconds = time.perf_counter() - started
    learned = " and ".join(f"{one.trained_rows:,}" for one in trained)
    return f"{model_id}: trained on {learned} rows, scored {len(log):,} in {seconds:.1f} s"


def judged(cases: pd.DataFrame, card: dict[str, Any], folder: Path) -> list[dict[str, Any]]:
    """Write what experts would say of every prediction of a model; returns the judgements of those that were drawn."""
    from pipelines import experts

    rules = yaml.safe_load((HERE / "experts.yaml").read_text(encoding="utf-8")).get(card["id"])
    if rules is None:
        return []
    said = experts.opinions(cases, card, rules["people"])
    said.to_parquet(folder / "opinions" / f"{card['id']}.parquet", index=False)
    return list(experts.events(cases, said, card, rules["drawn"]))


def write_lines(events: list[dict[str, Any]], path: Path) -> None:
    """Write events as lines of JSON."""
    path.write_text("".join(json.dumps(event, ensure_ascii=False) + "\n" for event in events), encoding="utf-8")


def read_card(model_id: str) -> dict[str, Any]:
    """The committed card of a model, still without the facts that only training can give."""
    return yaml.safe_load((HERE / "cards" / f"{model_id}.yaml").read_text(encoding="utf-8"))


def write_card(card: dict[str, Any], path: Path) -> None:
    """Write a card so that the same card gives the same bytes."""
    path.write_text(yaml.safe_dump(card, allow_unicode=True, sort_keys=False, width=120), encoding="utf-8")


def main() -> None:
    """Read the command line and build."""
    parser = argparse.ArgumentParser(description="Build the demo portfolio.")
    parser.add_argument("folder", type=Path, help="where to write cards, artifacts, predictions, people and events")
    parser.add_argument("--model", action="append", choices=model_ids(), help="only this model; may be repeated")
    chosen = parser.parse_args()
    write_portfolio(chosen.folder, lambda share, step: print(f"{share:4.0%} {step}", flush=True), chosen.model)


if __name__ == "__main__":
    main()
