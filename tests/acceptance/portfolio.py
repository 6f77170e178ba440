"""Models that nobody has seen: cards and rows made from a seed, written in every accepted format."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
import yaml

from dashboard.cli.command_line import main

BINARY_CARD = """
id: claims
name: {en: Claims, de: Schäden}
task: binary_classification
time_zone: Australia/Lord_Howe
period: day
business: {key_metrics: [{metric: roc_auc, target: 0.8, limit: 0.7}, {metric: bias, target: 0.02, limit: 0.05}]}
versions: [{version: "1", importance: {amount: 0.5, age: 0.3, constant: 0.0, region: 0.2}}, {version: "2"}]
data:
  prediction_id: id
  predicted_at: decided
  score: p
  threshold: 0.37
  actual: fraud
  cluster: customer
  features:
    amount: {kind: numeric}
    age: {kind: numeric}
    constant: {kind: numeric}
    region: {kind: categorical}
  segments: [region, channel]
  reference: {from: 2024-01-01, to: 2024-02-29}
"""

# The same model held to a limit that it breaks beyond any chance, even by the few outcomes of a small example.
FAILING_CARD = BINARY_CARD.replace("target: 0.8, limit: 0.7", "target: 0.99, limit: 0.98")
FEW_OUTCOMES = "performance: {min_labelled: 10, min_positives: 3}"
STRICT_CARD = f"{FAILING_CARD}monitoring: {{{FEW_OUTCOMES}}}\n"

REGRESSION_CARD = """
id: prices
name: Prices
task: regression
time_zone: America/St_Johns
period: month
versions: [{version: "1"}]
data:
  prediction_id: id
  predicted_at: at
  score: predicted
  actual: paid
  cluster: street
  features: {size: {kind: numeric}, rooms: {kind: numeric}}
  reference: {from: 2023-01-01, to: 2023-12-31}
"""


@dataclass(frozen=True)
class Rows:
    """The rows of one model, with the local wall-clock time by which periods are told apart."""

    frame: pd.DataFrame
    local: pd.Series


def claims(seed: int = 0, number: int = 6000) -> Rows:
    """Binary rows from January to June 2024 with drift, missing values and labels, and one month of a single class."""
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, 182, number))
    at = pd.Timestamp("2023-12-31T14:00:00Z") + pd.to_timedelta(day * 86400 + rng.integers(0, 86400, number), unit="s")
    late = day > 90
    amount = rng.lognormal(3 + 0.4 * late, 1, number).round(2)
    amount[rng.random(number) < 0.04 + 0.1 * late] = np.nan
    region = rng.choice(["north", "south", "east"], number, p=[0.5, 0.3, 0.2]).astype(object)
    region[late & (rng.random(number) < 0.15)] = "overseas"
    region[rng.random(number) < 0.02] = None
    customer = rng.integers(0, 400, number)
    logit = -1.2 + 0.5 * np.log(np.nan_to_num(amount, nan=20)) - 0.5 + 0.8 * rng.normal(size=400)[customer]
    score = (1 / (1 + np.exp(-(logit + rng.normal(0, 0.5, number))))).round(4)
    score[::97] = 0.37
    fraud = (rng.random(number) < 1 / (1 + np.exp(-logit))).astype(float)
    local = at.tz_convert(ZoneInfo("Australia/Lord_Howe"))
    fraud[local.month == 5] = 0
    fraud[rng.random(number) < 0.1] = np.nan
    frame = pd.DataFrame(
        {
            "id": [f"c-{index}" for index in range(number)],
            "decided": at,
            "model_version": np.where(day < 120, "1", "2"),
            "p": score,
            "fraud": fraud,
            "customer": customer,
            "amount": amount,
            "age": rng.integers(18, 90, number) + 3 * late,
            "constant": 7.0,
            "region": region,
            "channel": rng.choice(["web", "phone"], number),
            "note": "kept, not monitored",
        }
    )
    return Rows(frame, pd.Series(local.tz_localize(None)))


def attributed(rows: pd.DataFrame, path: Path) -> Path:
    """A file of attributions of claims: a base that is the log-odds, to which no feature contributes."""
    score = rows["p"].clip(1e-6, 1 - 1e-6)
    found = pd.DataFrame({"prediction_id": rows["id"], "model_version": rows["model_version"]})
    found = found.assign(base=np.log(score / (1 - score)), amount=0.0, age=0.0, constant=0.0, region=0.0)
    return write_rows(found, path)


def prices(seed: int = 1, number: int = 4000) -> Rows:
    """Regression rows of 2023 and 2024, bad enough in 2024 for a negative R2, with equal timestamps."""
    rng = np.random.default_rng(seed)
    day = np.sort(rng.integers(0, 730, number))
    at = pd.Timestamp("2023-01-01T12:00:00Z") + pd.to_timedelta(day, unit="D")
    size = rng.gamma(5, 20, number)
    paid = 1e5 + 3000 * size + rng.normal(0, 3e4, number)
    predicted = 1e5 + 3000 * size + np.where(day > 600, 6e5, 200 * day)
    paid[rng.random(number) < 0.2] = np.nan
    frame = pd.DataFrame(
        {
            "id": np.arange(number),
            "at": at,
            "predicted": predicted,
            "paid": paid,
            "street": rng.integers(0, 90, number),
            "size": size,
            "rooms": rng.integers(1, 8, number),
        }
    )
    return Rows(frame, pd.Series(at.tz_convert(ZoneInfo("America/St_Johns")).tz_localize(None)))


def write_rows(frame: pd.DataFrame, path: Path) -> Path:
    """The rows as Parquet, CSV or JSON Lines, by the ending of the path; instants with their zone."""
    if path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    elif path.suffix == ".csv":
        frame.to_csv(path, index=False, date_format="%Y-%m-%dT%H:%M:%S%z")
    else:
        frame.to_json(path, orient="records", lines=True, date_format="iso", date_unit="us")
    return path


class CommandLine:
    """The command line on one home directory."""

    def __init__(self, home: Path, capture: object) -> None:
        """`capture` is pytest's capsys."""
        self.home, self._capture = home, capture

    def run(self, *words: object, code: int = 0) -> tuple[str, str]:
        """Run one command, check its exit code and return what it printed on standard output and error."""
        found = main([*(str(word) for word in words), "--home", str(self.home)])
        printed = self._capture.readouterr()  # type: ignore[attr-defined]
        assert found == code, printed.err
        return printed.out, printed.err

    def show(self, *words: object) -> pd.DataFrame:
        """The frame that `show` prints as JSON."""
        out, _ = self.run("show", *words, "--format", "json")
        return pd.DataFrame(json.loads(out))

    def register(self, text: str, folder: Path, name: str = "card.yaml") -> None:
        """Register a card or people file with this content."""
        path = folder / name
        path.write_text(text, encoding="utf-8")
        assert yaml.safe_load(text)
        self.run("register", path)

    def snapshot(self) -> tuple[object, Sequence[str]]:
        """Everything that a refused call must leave as it was: rows of every table, files of the log."""
        from dashboard.store.engine.database import open_store

        store = open_store(self.home)
        with store.cursor() as cursor:
            tables = [row[0] for row in cursor.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()]
            content = {table: cursor.execute(f"SELECT * FROM {table} ORDER BY ALL").fetchall() for table in tables}
        store.close()
        files = sorted(str(path.relative_to(self.home)) for path in (self.home / "log").rglob("*.parquet"))
        return content, files
