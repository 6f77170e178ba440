"""Whether what goes into a model is distributed as in the reference."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import date

from dashboard.measures.drift import METHODS, distribution
from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.verdict import SEVERITY, Verdict
from dashboard.profiles.windows import Profiles, merged, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark


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
    verdict = _drift_verdict(verdicts, method)
    return replace(verdict, reason=Sentence(verdict.reason.message, {**verdict.reason.values, "period": window.label}))


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


def judge_drift(value: float, rows: int, importance: float, method: str, thresholds: Thresholds) -> Verdict:
    """Hold a drift value against its levels; a feature that the model hardly uses never alerts."""
    drift = thresholds.drift
    values: dict[str, object] = {
        "value": value,
        "rows": rows,
        "fewest": drift.min_rows,
        "importance": importance,
    }
    if rows < drift.min_rows:
        return Verdict("unknown", Sentence(mark("Too few rows to judge: {rows} of at least {fewest}."), values))
    if not math.isfinite(value):
        return Verdict("unknown", Sentence(mark("This distance is not defined for this feature."), values))
    levels = getattr(drift, method)
    if value < levels.alert:
        if value < levels.warn:
            return Verdict("ok", Sentence(mark("Distributed as in the reference."), values))
        return Verdict("warn", Sentence(mark("Distributed differently from the reference."), values))
    return _judge_much_drift(importance, drift.alert_importance, values)


def _judge_much_drift(importance: float, needed: float, values: dict[str, object]) -> Verdict:
    if not math.isfinite(importance):
        return Verdict("warn", Sentence(mark("Strong drift; how much the model uses this feature is unknown."), values))
    if importance < needed:
        return Verdict("warn", Sentence(mark("Strong drift, but the model hardly uses this feature."), values))
    return Verdict("alert", Sentence(mark("A feature that the model relies on has drifted strongly."), values))
