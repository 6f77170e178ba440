"""When the data that the model sees moved away from the data that it was made for, by feature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashboard.governance.causes.happenings import Happening
from dashboard.schema.card.data import FeatureLabel
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.cause_lanes.registry import alarms, grain_of, lane
from dashboard.views.context import model_context
from dashboard.views.drift import LOG_COLUMNS, chosen_columns, drift_of
from dashboard.views.query import Query
from dashboard.words import Sentence, mark

MOVED = {"warn": mark("{feature} moved"), "alert": mark("{feature} moved strongly")}
OUTPUTS = {
    "score": {"warn": mark("The scores moved"), "alert": mark("The scores moved strongly")},
    "actual": {"warn": mark("The outcomes moved"), "alert": mark("The outcomes moved strongly")},
}


@lane("drift")
def moved_features(store: Store, query: Query) -> Iterable[Happening]:
    """Runs of periods in which a feature, the score or the outcome warned or alerted."""
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    context = model_context(store, replace(query, by=grain_of(card, query)))
    if context.profiles is None:
        return
    frame = drift_of(store, context, [*chosen_columns(context), *LOG_COLUMNS.items()])
    if frame.empty:
        return
    periods = sorted(set(frame["period"]))
    for feature, rows in frame.groupby("feature", sort=False):
        known = dict(zip(rows["period"], rows["status"], strict=True))
        statuses = [known.get(period, "unknown") for period in periods]
        name = str(feature)

        def words(_run: object, worst: str, name: str = name) -> Sentence:
            if name in OUTPUTS:
                return Sentence(OUTPUTS[name][worst])
            return Sentence(MOVED[worst], {"feature": FeatureLabel(card.data, name)})

        yield from alarms("drift", periods, statuses, name, words)
