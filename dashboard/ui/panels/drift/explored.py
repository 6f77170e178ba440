"""What the reader explores on the tab of drift: a window against a reference, feature by feature and over time."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from dashboard.charts.drift import drift_heatmap, drift_over_time, drift_ranking
from dashboard.charts.metrics import METHODS
from dashboard.ui.layout import layout, provenance
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.drift import answers, panels as drift_panels, window
from dashboard.ui.panels.model import rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked, Reference
from dashboard.ui.widgets import filters

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


@dataclass(frozen=True)
class Compared:
    """What is compared how: `chosen` is what the reader picked; in `picked` the judged period stands for no choice."""

    chosen: Picked
    picked: Picked
    reference: Reference
    method: str

    @property
    def more(self) -> dict[str, Any]:
        """The further fields of a query."""
        return {"reference": self.reference, "method": self.method}


@part
def show(card: ModelCard, status: pd.DataFrame) -> None:
    """The filters and everything that follows from them; `status` has the columns of the view."""
    compared = _pick(card, status)
    picked, reference = compared.picked, compared.reference
    ranking = rows.labelled_features(data.read("ranking", picked.query(**compared.more)), card, language())
    window.tell(answers.drift(ranking, rows.subject(card, language())), card, compared.chosen, picked, reference)
    timeline = rows.history(data.read("timeline", Picked(card.id).query()), language())
    drift_panels.windows(card, picked, reference, timeline)
    left, right = layout.halves()
    with left:
        figure = drift_ranking(ranking, compared.method, layout.look())
        known = provenance.ranking(compared.method, card)
        layout.chart(say("Features by relevance"), figure, ranking, "ranking", known, "ranking")
    with right:
        drift_panels.then_and_now(card, picked, reference, rows.drift_choices(ranking, card))
    _by_period(card, compared, ranking, timeline)
    drift_panels.evidently_report(card, picked, reference)


def _pick(card: ModelCard, status: pd.DataFrame) -> Compared:
    everything = Picked(card.id).query()
    with layout.filter_bar(3) as bar:
        span = rows.span(layout.logged(data.read("volumes", everything), bar))
        judged = window.judged(status)
        groups = rows.groups(data.read("groups", everything))
        chosen = filters.pick_slice(card, span, groups, bar.cell(), judged)
        reference = filters.pick_reference(span)
        method = filters.pick_method(list(METHODS), layout.metric_word)
    return Compared(chosen, replace(chosen, window=chosen.window or judged), reference, method)


def _by_period(card: ModelCard, compared: Compared, ranking: pd.DataFrame, timeline: pd.DataFrame) -> None:
    """Drift of the outputs, then of every feature, period by period."""
    chosen, more = compared.chosen, compared.more
    parts = [data.read("drift", chosen.query(**more, feature=name)) for name in rows.OUTPUTS]
    outputs = rows.stacked(parts, card, language())
    figure = drift_over_time(outputs, compared.method, timeline, layout.look())
    known = provenance.drift(compared.method, card)
    layout.chart(say("Drift of the score and of the outcome"), figure, outputs, "drift", known, "outputs")
    features = rows.ordered_by(ranking, data.read("drift", chosen.query(**more)), card, language())
    heatmap = drift_heatmap(features, compared.method, layout.look())
    layout.chart(say("Drift by period"), heatmap, features, "drift", known, "heatmap")
