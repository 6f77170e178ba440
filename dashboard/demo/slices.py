"""The rows of a model as they came in: what was predicted since the last intake, and labels that became known."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from dashboard.demo.moves import moved_rows
from dashboard.demo.plan import Card

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class Slice:
    """The files of one intake; None where there is nothing new."""

    predictions: Path | None
    actuals: Path | None

    @property
    def is_empty(self) -> bool:
        """Return whether nothing came in."""
        return self.predictions is None and self.actuals is None


def moved_log(path: Path, card: Card, months: int, until: datetime) -> pd.DataFrame:
    """The rows of a model with moved instants, as known at `until`; ids and clusters stay those of the source."""
    import pandas as pd

    data = card["data"]
    zone = ZoneInfo(card.get("time_zone", "UTC"))
    rows = moved_rows(pd.read_parquet(path), (data["predicted_at"], data["known_at"]), months, zone)
    return _as_known(rows[rows[data["predicted_at"]] <= until], card, until)


def write_slice(log: pd.DataFrame, card: Card, since: datetime | None, until: datetime, folder: Path) -> Slice:
    """Write what came in after `since` (None: ever) until `until` as files of `folder`, named after the model and day.

    Rows come with the labels that are known by then; labels of earlier rows that became known since come by themselves.
    """
    import pandas as pd

    data = card["data"]
    begin = pd.Timestamp.min.tz_localize("UTC") if since is None else pd.Timestamp(since)
    at, known_at = log[data["predicted_at"]], log[data["known_at"]]
    name = f"{card['id']}-{until:%Y-%m-%d}"
    fresh = _as_known(log[(at > begin) & (at <= until)], card, until)
    labelled = log[(at <= begin) & (known_at > begin) & (known_at <= until)]
    labels = labelled[[data["prediction_id"], data["actual"], data["known_at"]]]
    return Slice(
        _written(fresh, folder / f"{name}-predictions.parquet"), _written(labels, folder / f"{name}-actuals.parquet")
    )


def _as_known(rows: pd.DataFrame, card: Card, until: datetime) -> pd.DataFrame:
    """The rows without the labels that become known after an instant."""
    actual, known_at = card["data"]["actual"], card["data"]["known_at"]
    later = rows[known_at] > until
    if not later.any():
        return rows
    rows = rows.copy()
    for name in (actual, known_at):
        rows[name] = rows[name].mask(later)
    return rows


def _written(rows: pd.DataFrame, path: Path) -> Path | None:
    if rows.empty:
        return None
    rows.to_parquet(path, index=False)
    return path
