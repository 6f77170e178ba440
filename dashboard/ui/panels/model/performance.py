"""What the reader explores on the tab of performance: a metric over time, calibration, classes, segments."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from dashboard.charts.performance import Around, metric_over_time
from dashboard.ui.layout import layout, provenance
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.model import panels, record, rows
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import answers, filters, trust
from dashboard.views import estimate_record

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


@part
def explored(card: ModelCard) -> None:
    """The filters and everything that follows from them."""
    everything = Picked(card.id).query()
    with layout.filter_bar(5) as bar:
        volumes = layout.logged(data.read("volumes", everything), bar)
        span = rows.span(volumes)
        groups = rows.groups(data.read("groups", everything))
        picked = filters.pick_slice(card, span, groups, bar.cell())
        performance = layout.measured(data.read("performance", picked.query()), bar)
        targets = data.read("targets", everything)
        metric = filters.pick_metric(rows.metric_order(performance, targets, card), layout.metric_word)
    subject = rows.subject(card, language())
    others = answers.not_as_wanted(rows.key_metrics(targets, card), metric, subject)
    shown = answers.performance(performance, metric, targets, subject, others)
    record.window(shown, picked.window or span, own=not picked.is_usual())
    _over_time(card, picked, performance, targets, metric)
    _by_score(card, picked, performance)
    panels.classes(data.read("classes", picked.query(by=None)), subject)
    layout.section(say("Where does the model perform worse?"))
    segments = data.read("segments", picked.query(segment=None, metric=metric))
    panels.segments(rows.of_segments(segments, metric, card, language()), metric, card, subject)


def _over_time(card: ModelCard, picked: Picked, performance: pd.DataFrame, targets: pd.DataFrame, metric: str) -> None:
    """The metric over time with its estimate, and how far the estimate may be relied on."""
    subject, estimate = rows.subject(card, language()), data.read("estimate", picked.query())
    missed = trust.missed_declines(performance, estimate, metric)
    panels.warning(trust.warning_of_estimate(missed, rows.compared(performance, estimate, metric), metric, subject))
    timeline = rows.history(data.read("timeline", Picked(card.id).query()), language())
    around = Around(targets, timeline, estimate, subject.unit, is_estimate_relied_on=missed.empty)
    figure = metric_over_time(performance, metric, around, layout.look())
    shown = rows.of_metric(performance, estimate, metric)
    known = provenance.performance(metric, performance, card)
    layout.chart(panels.over_time_title(metric), figure, shown, "performance", known, "over_time")
    panels.remark(trust.track_record(shown, metric, subject))
    record_of_estimate = estimate_record.compared(performance, estimate, card, language())
    panels.remark(trust.estimate_record(record_of_estimate, metric, subject))


def _by_score(card: ModelCard, picked: Picked, performance: pd.DataFrame) -> None:
    """Whether predictions come true, and what the threshold makes of them."""
    curve = data.read("calibration", picked.query(by=None))
    comes_true = trust.calibration(curve, performance, card.task != "regression", rows.subject(card, language()))
    panels.calibration_and_threshold(curve, data.read("confusion", picked.query()), card, comes_true)
