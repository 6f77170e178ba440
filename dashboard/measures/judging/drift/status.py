"""The drift of a model in its latest period: its features one by one and all together, its score and its outcomes."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from dashboard.measures.judging.areas import judging_grain
from dashboard.measures.judging.basis import hardly_begun
from dashboard.measures.judging.drift.comparison import (
    OUTPUTS,
    ColumnDrift,
    Comparison,
    Rule,
    card_reference,
    judge_column,
)
from dashboard.measures.judging.drift.season import Seasons
from dashboard.measures.judging.verdict import Status, Verdict
from dashboard.profiles.layout import ACTUAL, SCORE
from dashboard.profiles.periods import following
from dashboard.profiles.windows import Profiles, Window, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.words import Sentence, mark

# Features whose verdict is unknown may weigh this much, and be so many, before nothing can be said of the model.
UNJUDGED_SHARE = 0.5
# Where no importance is known: so many features, and such a share of them, have to drift strongly for an alert.
UNWEIGHED_FEATURES, UNWEIGHED_SHARE = 3, 0.5

DRIFTED = mark(
    "{moved} of {features} features have drifted, {feature} most ({method} {value}, by chance up to {floor}). "
    "Compared: {rows} rows with {reference_rows} from {first} to {last}."
)
BOTH_DRIFTED = mark(
    "{moved} of {features} features have drifted, {feature} most ({method} {value}, by chance up to {floor}), and "
    "{outputs}. Compared: {rows} rows with {reference_rows} from {first} to {last}."
)
OUTPUTS_DRIFTED = mark(
    "Drifted, while the features have not: {outputs} ({method} {value}, by chance up to {floor}). Compared: {rows} "
    "rows with {reference_rows} from {first} to {last}."
)
# The same where measured performance holds.
STABLE = {
    DRIFTED: mark(
        "{moved} of {features} features have drifted, {feature} most ({method} {value}, by chance up to {floor}); "
        "performance is stable. Compared: {rows} rows with {reference_rows} from {first} to {last}."
    ),
    BOTH_DRIFTED: mark(
        "{moved} of {features} features have drifted, {feature} most ({method} {value}, by chance up to {floor}), and "
        "{outputs}; performance is stable. Compared: {rows} rows with {reference_rows} from {first} to {last}."
    ),
    OUTPUTS_DRIFTED: mark(
        "Drifted, while the features have not: {outputs} ({method} {value}, by chance up to {floor}); performance is "
        "stable. Compared: {rows} rows with {reference_rows} from {first} to {last}."
    ),
}
# Nothing that counts has moved; "partly" where some features cannot be judged.
SEASONAL = mark(
    "The features look like the reference, or as in {season}, in the same season. Compared: {rows} rows with "
    "{reference_rows} from {first} to {last}."
)
SEASONAL_PARTLY = mark(
    "The features look like the reference, or as in {season}, in the same season (cannot be judged: {unjudged} of "
    "{features}). Compared: {rows} rows with {reference_rows} from {first} to {last}."
)
NEGLIGIBLE = mark(
    "The features that matter look like the reference; drifted among those that the model hardly uses: {moved}, "
    "{feature} most. Compared: {rows} rows with {reference_rows} from {first} to {last}."
)
NEGLIGIBLE_PARTLY = mark(
    "What can be judged of the features that matter looks like the reference (cannot be judged: {unjudged} of "
    "{features}); drifted among those that the model hardly uses: {moved}, {feature} most. Compared: {rows} rows with "
    "{reference_rows} from {first} to {last}."
)
ALIKE = mark(
    "All {features} features look like the reference. Compared: {rows} rows with {reference_rows} from {first} to "
    "{last}."
)
ALIKE_PARTLY = mark(
    "{judged} of {features} features look like the reference, the others cannot be judged. Compared: {rows} rows with "
    "{reference_rows} from {first} to {last}."
)
# What stores hold from before rows and windows were named; their values do not fill the sentences above.
EARLIER = (
    mark("All {features} important features are distributed as in the reference."),
    mark("{moved} of {features} important features have drifted, {feature} most ({method} {value})."),
    mark(
        "{moved} of {features} important features have drifted, {feature} most ({method} {value}); performance is "
        "stable."
    ),
    mark("No feature has enough importance to judge drift by."),
)
OUTPUT_WORDS = {
    (SCORE,): mark("the score"),
    (ACTUAL,): mark("the outcomes"),
    (SCORE, ACTUAL): mark("the score and the outcomes"),
}


def drift_status(profiles: Profiles, card: ModelCard, thresholds: Thresholds, importance: dict[str, float]) -> Verdict:
    """The drift of the latest period with enough rows, held against the card's reference.

    A period that has hardly begun and cannot be judged yet does not hide what is known of the one before it.
    """
    reference = card_reference(profiles)
    if reference is None or card.data.reference is None:
        return Verdict("unknown", Sentence(mark("There is no reference to compare with; name one on the card.")))
    grain, fewest, end = judging_grain(card), thresholds.drift.min_rows, card.data.reference.end
    # Counts tell which period it is; its features, which may be thousands, are read for that one only.
    after = [
        (window.start, window.predictions)
        for window in windows(profiles.read(()), profiles.layout, grain)
        if window.start is not None and window.start.date() > end
    ]
    if not after:
        return Verdict("unknown", Sentence(mark("No predictions after the reference yet.")))
    enough = [(start, predictions) for start, predictions in after if predictions >= fewest]
    if not enough:
        values: dict[str, object] = {"rows": max(predictions for _, predictions in after), "fewest": fewest}
        return Verdict("unknown", Sentence(mark("Too few rows to judge: {rows} of at least {fewest}."), values))
    judged = (_judged(profiles, card, reference, start, thresholds, importance) for start, _ in reversed(enough))
    latest = next(judged)
    is_last = enough[-1] == after[-1]
    if latest.status == "unknown" and is_last and hardly_begun([predictions for _, predictions in enough]):
        return next(judged)
    return latest


def _judged(
    profiles: Profiles,
    card: ModelCard,
    reference: Window,
    start: datetime,
    thresholds: Thresholds,
    importance: dict[str, float],
) -> Verdict:
    """The drift of the period that begins at `start`; its reason names the period and the days of the reference."""
    assert card.data.reference is not None
    grain = judging_grain(card)
    days = start.date(), following(start, grain).date() - timedelta(days=1)
    (window,) = windows(profiles.read(("features",), days), profiles.layout, grain)
    first, last = card.data.reference.start, card.data.reference.end
    comparison = Comparison(profiles.layout, window, reference, True, (first, last))
    found = judge_all(comparison, rule_of(comparison, thresholds, importance), Seasons(profiles))
    verdict = model_verdict(found, thresholds)
    values = {**verdict.reason.values, "method": thresholds.drift.method, "period": window.label}
    values |= {"first": first.isoformat(), "last": last.isoformat()}
    return replace(verdict, reason=Sentence(verdict.reason.message, values))


def rule_of(
    comparison: Comparison, thresholds: Thresholds, importance: dict[str, float], method: str | None = None
) -> Rule:
    """By what the columns of a comparison are judged; by the status's own method unless another one is asked for."""
    layout = comparison.layout
    chosen = method or thresholds.drift.method
    return Rule(thresholds.drift, chosen, importance, len(layout.feature_names()) + len(OUTPUTS))


def judge_all(comparison: Comparison, rule: Rule, seasons: Seasons) -> list[ColumnDrift]:
    """Every feature and what comes out of the model, with what the season explains."""
    columns = (*comparison.layout.feature_names(), *OUTPUTS)
    return [seasons.explained(comparison, judge_column(comparison, column, rule), rule) for column in columns]


def model_verdict(found: Sequence[ColumnDrift], thresholds: Thresholds) -> Verdict:
    """One verdict from all columns: the worst that counts, and how much of the model's importance has moved."""
    features = [entry for entry in found if entry.column not in OUTPUTS and not entry.unequal]
    outputs = [entry for entry in found if entry.column in OUTPUTS]
    weights = _weights(features)
    moved = [entry for entry in features if entry.moved]
    status = max((_of_features(features, weights, thresholds), _of_outputs(outputs)), key=_SEVERITY.index)
    if status == "ok":
        return _calm(features, moved, weights)
    return Verdict(status, _reason(features, outputs))


_SEVERITY: tuple[Status, ...] = ("ok", "warn", "alert")


def _weights(features: Sequence[ColumnDrift]) -> dict[str, float]:
    """The importance of each feature; even shares where none is known."""
    known = {entry.column: entry.importance for entry in features if math.isfinite(entry.importance)}
    return known or {entry.column: 1 / len(features) for entry in features}


def _share(entries: Sequence[ColumnDrift], weights: dict[str, float]) -> float:
    return sum(weights.get(entry.column, 0.0) for entry in entries)


def _of_features(features: Sequence[ColumnDrift], weights: dict[str, float], thresholds: Thresholds) -> Status:
    drift = thresholds.drift
    moved, strong = ([e for e in features if e.moved], [e for e in features if e.strong])
    weighed = any(math.isfinite(entry.importance) for entry in features)
    together = drift.alert_share if weighed else UNWEIGHED_SHARE
    many = weighed or len(strong) >= UNWEIGHED_FEATURES
    if any(entry.verdict.status == "alert" for entry in strong):
        return "alert"
    if many and strong and round(_share(strong, weights), 3) >= together:
        return "alert"
    unweighed = any(not math.isfinite(entry.importance) for entry in moved)
    if moved and (unweighed or round(_share(moved, weights), 3) >= drift.alert_importance):
        return "warn"
    return "ok"


def _of_outputs(outputs: Sequence[ColumnDrift]) -> Status:
    statuses = [entry.verdict.status for entry in outputs if entry.moved]
    return "alert" if "alert" in statuses else "warn" if statuses else "ok"


def _reason(features: Sequence[ColumnDrift], outputs: Sequence[ColumnDrift]) -> Sentence:
    moved = [entry for entry in features if entry.moved]
    moved_outputs = [entry for entry in outputs if entry.moved]
    worst = max(moved or moved_outputs, key=_rank)
    values = {**_sides(worst), "moved": len(moved), "features": len(features), "feature": worst.column}
    if moved_outputs:
        values["outputs"] = OUTPUT_WORDS[tuple(entry.column for entry in moved_outputs)]
    if not moved:
        return Sentence(OUTPUTS_DRIFTED, values)
    return Sentence(BOTH_DRIFTED if moved_outputs else DRIFTED, values)


def _rank(entry: ColumnDrift) -> tuple[bool, float, float]:
    weight = entry.importance if math.isfinite(entry.importance) else 0.0
    return entry.verdict.status == "alert", entry.value * weight, entry.value


def _sides(entry: ColumnDrift) -> dict[str, object]:
    names = ("value", "floor", "rows", "reference_rows")
    return {name: getattr(entry, name) for name in names}


def _calm(features: Sequence[ColumnDrift], moved: Sequence[ColumnDrift], weights: dict[str, float]) -> Verdict:
    """Nothing that counts has moved: said only where enough could have been seen to move."""
    judged = [entry for entry in features if entry.verdict.status != "unknown"]
    unjudged = [entry for entry in features if entry.verdict.status == "unknown"]
    if not features:
        message = mark(
            "Only features that the calendar determines are left, and both windows cover different parts of it."
        )
        return Verdict("unknown", Sentence(message))
    withheld = _share(unjudged, weights) > UNJUDGED_SHARE * _share(features, weights)
    if withheld or len(unjudged) > UNJUDGED_SHARE * len(features):
        heaviest = max(unjudged, key=lambda entry: weights.get(entry.column, 0.0))
        return heaviest.verdict
    widest = max(judged, key=lambda entry: entry.rows)
    values = {**_sides(widest), "features": len(features), "judged": len(judged), "moved": len(moved)}
    if unjudged:
        values["unjudged"] = len(unjudged)
    seasonal = next((entry.season for entry in features if entry.season), "")
    if seasonal and not moved:
        values["season"] = seasonal
        message = SEASONAL_PARTLY if unjudged else SEASONAL
    elif moved:
        worst = max(moved, key=_rank)
        values |= {**_sides(worst), "feature": worst.column}
        message = NEGLIGIBLE_PARTLY if unjudged else NEGLIGIBLE
    else:
        message = ALIKE_PARTLY if unjudged else ALIKE
    return Verdict("ok", Sentence(message, values))


def weighed_drift(drift: Verdict, performance: Verdict) -> Verdict:
    """Drift beside measured performance: while performance of the same period holds, drift warns at most."""
    same_period = drift.reason.values.get("period") == performance.reason.values.get("period")
    if drift.status != "alert" or performance.status != "ok" or not same_period:
        return drift
    return Verdict("warn", Sentence(STABLE[drift.reason.message], drift.reason.values))
