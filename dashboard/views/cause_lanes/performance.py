"""When the model did its work worse than it should."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from dashboard.governance.causes.happenings import Happening
from dashboard.measures.judging.alarms import Run
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.schema.card.metric_names import ALL_METRICS
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.cause_lanes.registry import ALARMS, Extent, alarms, grain_of, lane
from dashboard.views.performance import performance
from dashboard.views.query import Query
from dashboard.words import Listed, Sentence, mark

WORDS: dict[Extent, str] = {
    "warned": mark("{metrics} worse than expected"),
    "alerted": mark("{metrics} on alert"),
    "alerted later": mark("{metrics} worse than expected, on alert since {since}"),
    "alerted at times": mark("{metrics} worse than expected, at times on alert"),
}
LABELS = {metric.name: metric.label for metric in ALL_METRICS}
# So many metrics are named.
NAMED = 2


@lane("performance")
def worse_performance(store: Store, query: Query) -> Iterable[Happening]:
    """Runs of periods in which a key metric (without any: a metric) warned or alerted."""
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    frame = performance(store, replace(query, by=grain_of(card, query)))
    if frame.empty:
        return
    keys = {entry.metric for entry in card.business.key_metrics} & set(frame["metric"])
    if keys:
        frame = frame[frame["metric"].isin(keys)]
    periods = list(dict.fromkeys(frame["period"]))
    by_period = {
        period: dict(zip(rows["metric"], rows["status"], strict=True)) for period, rows in frame.groupby("period")
    }
    statuses = [max(by_period[period].values(), key=SEVERITY.__getitem__) for period in periods]

    def words(run: Run, extent: Extent, since: str | None) -> Sentence:
        worst = "warn" if extent == "warned" else "alert"
        times: dict[str, int] = {}
        for period in periods[run.first : run.last + 1]:
            for metric, status in by_period[period].items():
                if status == worst or (worst == "warn" and status in ALARMS):
                    times[metric] = times.get(metric, 0) + 1
        named = sorted(times, key=lambda metric: -times[metric])[:NAMED]
        metrics = Listed(tuple(LABELS.get(metric, metric) for metric in named))
        return Sentence(WORDS[extent], {"metrics": metrics, "since": since})

    yield from alarms("performance", periods, statuses, None, words)
