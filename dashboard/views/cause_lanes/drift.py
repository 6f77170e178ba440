"""When the data that the model sees moved away from the data that it was made for, by feature."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashboard.governance.causes.happenings import Happening
from dashboard.schema.card.data import FeatureLabel
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.cause_lanes.registry import Extent, alarms, grain_of, lane
from dashboard.views.context import model_context
from dashboard.views.drift import LOG_COLUMNS, chosen_columns, drift_of
from dashboard.views.query import Query
from dashboard.words import Sentence, mark

MOVED: dict[Extent, str] = {
    "warned": mark("{feature} moved"),
    "alerted": mark("{feature} moved strongly"),
    "alerted later": mark("{feature} moved, strongly since {since}"),
    "alerted at times": mark("{feature} moved, at times strongly"),
}
OUTPUTS = {"score": mark("The score"), "actual": mark("The outcome")}


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

        label = OUTPUTS.get(name) or FeatureLabel(card.data, name)

        def words(_run: object, extent: Extent, since: str | None, label: object = label) -> Sentence:
            return Sentence(MOVED[extent], {"feature": label, "since": since})

        yield from alarms("drift", periods, statuses, name, words)
