"""The status of a whole model by area, from its latest periods."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

from dashboard.measures.drift import METHODS, distribution
from dashboard.measures.judging import SEVERITY, Verdict, judge_drift
from dashboard.measures.performance import JudgedFigure, judge_window
from dashboard.profiles.periods import Grain
from dashboard.profiles.windows import Profiles, Window, merged, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

AREAS = (
    "performance", "drift", "fairness", "quality", "value", "risk", "ownership", "sign_off", "availability", "parity",
    "retraining",
)  # fmt: skip
UNMEASURED = Sentence(mark("This area is not measured yet."))
NO_LOG = Sentence(mark("No predictions are logged; ingest them to see this area."))
NOT_MONITORED = Sentence(mark("Predictions are logged, but not monitored yet; run monitor."))


def judging_grain(card: ModelCard) -> Grain:
    """The period by which a model is judged: its own, but a month where it is finer, since days are noisy."""
    return "month" if card.period in ("hour", "day", "week") else card.period


def performance_status(profiles: Profiles, card: ModelCard, thresholds: Thresholds) -> Verdict:
    """The worst key metric (or, without key metrics, the worst metric) of the latest period with enough labels."""
    found = windows(profiles.read(("outcomes",)), profiles.layout, judging_grain(card))
    if not found:
        return Verdict("unknown", NO_LOG)
    if not any(window.labelled for window in found):
        return Verdict("unknown", Sentence(mark("No label is known yet.")))
    enough = [window for window in found if window.labelled >= thresholds.performance.min_labelled]
    if not enough:
        values = {"labelled": max(w.labelled for w in found), "fewest": thresholds.performance.min_labelled}
        return Verdict("unknown", Sentence(mark("Too few labels to judge: {labelled} of at least {fewest}."), values))
    window = enough[-1]
    return _with_period(_worst(judge_window(window, profiles, card, thresholds)), window)


def _worst(entries: list[JudgedFigure]) -> Verdict:
    return max((entry.verdict for entry in entries), key=lambda verdict: SEVERITY[verdict.status])


def _with_period(verdict: Verdict, window: Window) -> Verdict:
    return replace(verdict, reason=Sentence(verdict.reason.message, {**verdict.reason.values, "period": window.label}))


def can_be_judged(card: ModelCard, start: date, predictions: int, fewest: int) -> bool:
    """Whether drift is judged by a period: it begins after the reference of the card and holds enough predictions."""
    reference = card.data.reference
    return reference is not None and start > reference.end and predictions >= fewest


def drift_status(profiles: Profiles, card: ModelCard, thresholds: Thresholds, importance: dict[str, float]) -> Verdict:
    """The worst drift of a feature that the model uses, in the latest period with enough rows."""
    reference = profiles.reference(("features",))
    if not reference:
        return Verdict("unknown", Sentence(mark("There is no reference to compare with; name one on the card.")))
    layout = profiles.layout
    fewest = thresholds.drift.min_rows
    found = [
        window
        for window in windows(profiles.read(("features",)), layout, judging_grain(card))
        if window.start is not None and can_be_judged(card, window.start.date(), window.predictions, fewest)
    ]
    if not found:
        return Verdict("unknown", Sentence(mark("No predictions after the reference yet.")))
    window, then = found[-1], merged(reference, layout)
    verdicts = []
    method = thresholds.drift.method
    for name in layout.feature_names():
        now = distribution(window, layout, name)
        value = METHODS.get(method).compute(distribution(then, layout, name, fixed_bins=True), now)
        weight = importance.get(name, math.nan)
        if math.isfinite(weight) and weight < thresholds.drift.alert_importance:
            continue
        verdicts.append((name, value, judge_drift(value, int(now.rows), weight, method, thresholds)))
    return _with_period(_drift_verdict(verdicts, method), window)


def weighed_drift(drift: Verdict, performance: Verdict) -> Verdict:
    """Drift beside measured performance: while performance of the same period holds, drift warns at most."""
    same_period = drift.reason.values.get("period") == performance.reason.values.get("period")
    if drift.status != "alert" or performance.status != "ok" or not same_period:
        return drift
    message = mark(
        "{moved} of {features} important features have drifted, {feature} most ({method} {value}); performance is "
        "stable."
    )
    return Verdict("warn", Sentence(message, drift.reason.values))


def _drift_verdict(verdicts: list[tuple[str, float, Verdict]], method: str) -> Verdict:
    if not verdicts:
        return Verdict("unknown", Sentence(mark("No feature has enough importance to judge drift by.")))
    name, value, worst = max(verdicts, key=lambda entry: (SEVERITY[entry[2].status], entry[1]))
    moved = sum(1 for _, _, verdict in verdicts if verdict.status in ("warn", "alert"))
    values = {"features": len(verdicts), "moved": moved, "feature": name, "value": value, "method": method}
    if worst.status == "ok":
        return Verdict(
            "ok", Sentence(mark("All {features} important features are distributed as in the reference."), values)
        )
    if worst.status == "unknown":
        return Verdict("unknown", worst.reason)
    message = mark("{moved} of {features} important features have drifted, {feature} most ({method} {value}).")
    return Verdict(worst.status, Sentence(message, values))
