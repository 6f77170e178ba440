"""A home of one small model, worked through the command line: what users type, and what they are told."""

from __future__ import annotations

import contextlib
import io
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np
import pandas as pd
import yaml

from dashboard.cli import main

BINARY, CLASSES, REGRESSION = "binary_classification", "multiclass_classification", "regression"
JANUARY = {"from": "2024-01-01", "to": "2024-01-31"}
ISO = "%Y-%m-%dT%H:%M:%SZ"
OK, REFUSED = 0, 2


@dataclass(frozen=True)
class Told:
    """How a command ended and what it printed."""

    code: int
    out: str
    err: str

    @property
    def text(self) -> str:
        return (self.out + self.err).lower()


class Ledger:
    """One home and a folder for files."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.home = folder, folder / "home"

    def run(self, *words: object) -> Told:
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            code = main([*(str(word) for word in words), "--home", str(self.home)])
        return Told(code, out.getvalue(), err.getvalue())

    def show(self, *words: object) -> pd.DataFrame:
        told = self.run("show", *words, "--format", "json")
        assert told.code == OK, told.err
        return pd.DataFrame(json.loads(told.out))

    def card(self, task: str = BINARY, **changes: Any) -> Told:
        """Register the card; `features`, `data` and what else a card holds may be given."""
        data = {
            "prediction_id": "id", "predicted_at": "at", "score": "p", "actual": "y",
            "features": changes.pop("features", {"x": {"kind": "numeric"}}), **changes.pop("data", {}),
        }  # fmt: skip
        card = {"id": "m", "name": "M", "task": task, "period": "month", "versions": [{"version": "1"}], "data": data}
        path = self.folder / "card.yaml"
        path.write_text(yaml.safe_dump({**card, **changes}), encoding="utf-8")
        return self.run("register", path)

    def predictions(self, *files: Path | pd.DataFrame) -> Told:
        return self.run("ingest", "predictions", "m", *(self.file(file) for file in files))

    def actuals(self, *files: Path | pd.DataFrame) -> Told:
        return self.run("ingest", "actuals", "m", *(self.file(file) for file in files))

    def monitored(self, *files: Path | pd.DataFrame) -> Told:
        """Take predictions in and bring the figures up to date; both must work."""
        told = self.predictions(*files)
        assert told.code == OK, told.err
        self.monitor()
        return told

    def monitor(self) -> None:
        told = self.run("monitor")
        assert told.code == OK, told.err

    def status(self) -> pd.DataFrame:
        """Status and reason by area."""
        return self.show("status", "m").set_index("area")

    def labelled(self) -> int:
        """Labels that count, over all periods."""
        return int(self.show("performance", "m").drop_duplicates("period")["labelled"].sum())

    def file(self, given: Path | pd.DataFrame) -> Path:
        """A frame as a Parquet file; a path as it is."""
        if isinstance(given, Path):
            return given
        path = self.folder / f"{uuid4()}.parquet"
        given.to_parquet(path, index=False)
        return path

    def csv(self, frame: pd.DataFrame, ending: str = "csv", **how: Any) -> Path:
        path = self.folder / f"{uuid4()}.{ending}"
        frame.to_csv(path, **{"index": False, "date_format": ISO, **how})
        return path

    def lines(self, frame: pd.DataFrame) -> Path:
        """A frame as JSON Lines."""
        path = self.folder / f"{uuid4()}.jsonl"
        frame.to_json(path, orient="records", lines=True, date_format="iso")
        return path


def rows(number: int = 400, days: int = 60, start: str = "2024-01-01", seed: int = 0) -> pd.DataFrame:
    """Calibrated scores of three digits, their labels, and a feature, in the order of time."""
    rng = np.random.default_rng(seed)
    at = pd.Timestamp(start, tz="UTC") + pd.to_timedelta(np.sort(rng.integers(0, days * 86400, number)), unit="s")
    p = rng.random(number).round(3)
    y = (rng.random(number) < p).astype(int)
    return pd.DataFrame({"id": np.arange(number), "at": at, "p": p, "y": y, "x": rng.normal(size=number)})


def late(frame: pd.DataFrame) -> np.ndarray:
    """Which rows lie behind the reference, which is January."""
    return (frame["at"] >= "2024-02-01").to_numpy()


def recent_month() -> pd.Timestamp:
    """The first day of the month before the last one: 58 days from there on end before today, and not long before."""
    return (days_ago(0).normalize() - pd.DateOffset(months=2)).replace(day=1)


def recent_reference() -> dict[str, str]:
    """That month as the reference of a card."""
    first = recent_month()
    return {"from": f"{first:%Y-%m-%d}", "to": f"{first + pd.offsets.MonthEnd(1):%Y-%m-%d}"}


def behind_reference(frame: pd.DataFrame) -> np.ndarray:
    """Which rows lie behind that reference."""
    return (frame["at"] >= recent_month() + pd.DateOffset(months=1)).to_numpy()


def days_ago(days: float) -> pd.Timestamp:
    return pd.Timestamp(datetime.now(UTC)).floor("s") - pd.Timedelta(days=days)
