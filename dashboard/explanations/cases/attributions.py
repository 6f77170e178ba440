"""What led to a prediction as somebody else computed it: `ingest attributions` brought it."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.explanations.cases.case import Case
from dashboard.profiles.engine import Engine
from dashboard.profiles.row_conditions import quote
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.clock import stored
from dashboard.store.engine.database import Store
from dashboard.store.log.attributions import BASE_COLUMN, SCALE_COLUMN
from dashboard.store.log.files import ATTRIBUTIONS, check_log_files, file_path, list_log_files


@dataclass(frozen=True)
class Attribution:
    """Contributions by feature, the base, the scale of their sum, and the file that brought them."""

    contributions: dict[str, float]
    base: float
    scale: str
    source: str


def find_attribution(store: Store, card: ModelCard, case: Case) -> Attribution | None:
    """The attribution of a case that was brought last; None when there is none."""
    files = [file for file in list_log_files(store, card.id, ATTRIBUTIONS) if file.version == case.version]
    names = [BASE_COLUMN, *card.data.features]
    engine = Engine(store.home / "log")
    try:
        for file in reversed(files):
            path = [str(file_path(store, file))]
            present = engine.columns(path)
            # A feature that the card had not yet contributed nothing.
            chosen = ", ".join(quote(name) if name in present else "0.0" for name in names)
            statement = f"SELECT {SCALE_COLUMN}, {chosen} FROM read_parquet(?) WHERE _id = ? AND _at = ? LIMIT 1"
            rows = engine.fetch(statement, [path, case.prediction_id, stored(case.at)])
            if rows:
                check_log_files(store, [file])
                scale, base, *values = rows[0]
                contributions = dict(zip(card.data.features, values, strict=True))
                return Attribution(contributions, base, str(scale), str(file.source_name))
    finally:
        engine.close()
    return None
