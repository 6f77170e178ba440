"""How far readers may trust what a model and its estimate say: sentences from frames of views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.charts.metrics import metric_value
from dashboard.schema.card.metric_names import ALL_METRICS
from dashboard.ui.widgets.answers import Subject
from dashboard.views.records import records
from dashboard.words import mark, number, period_name, share

# Ten intervals of 95 % looked at together: each is widened as if it were one of 99.5 % (Bonferroni).
TOGETHER = 2.807 / 1.96
# What matters to a reader: percentage points, or a ratio that is not about next to nothing.
NOTABLE, NOTABLE_RATIO, NEGLIGIBLE = 0.03, 1.5, 0.005
# The same of amounts, relative to what was observed.
NOTABLE_AMOUNT = 0.05
GOOD_RANKING = 0.7
# An estimate has missed something where this share of its periods contradicts it.
MISSED = 0.05


def calibration(curve: pd.DataFrame, performance: pd.DataFrame, is_rate: bool, subject: Subject) -> str:
    """Whether predictions come true; frames as of the `calibration` and `performance` views, empty without outcomes."""
    known = curve[curve["rate"].notna() & curve["mean_prediction"].notna()]
    if known.empty:
        return ""
    off = known[_differs(known, is_rate)]
    if not off.empty:
        return _off(off, len(known), _ranking(performance) if is_rate else None, subject)
    cases = int(known["predictions"].sum())
    means = (float((known[name] * known["predictions"]).sum()) / cases for name in ("mean_prediction", "rate"))
    predicted, observed = (_written(value, is_rate, subject) for value in means)
    message = mark(
        "What it predicts comes true: {predicted} predicted on average and {observed} observed, over {n} known "
        "outcomes, and no group of predictions is off by a notable amount."
    )
    return subject.say(message, predicted=predicted, observed=observed, n=cases)


def _off(off: pd.DataFrame, groups: int, ranking: float | None, subject: Subject) -> str:
    """The group that is off most; `ranking` is the ROC AUC of a model that predicts probabilities, 0 = not known."""
    worst = off.iloc[int((off["mean_prediction"] - off["rate"]).abs().argmax())]
    values: dict[str, object] = {
        "predicted": _written(float(worst["mean_prediction"]), ranking is not None, subject),
        "observed": _written(float(worst["rate"]), ranking is not None, subject),
        "n": int(worst["predictions"]),
        "groups": len(off),
        "all": groups,
    }
    if ranking is None:
        message = mark(
            "It predicts {predicted} where {observed} was observed ({n} known outcomes); {groups} of {all} groups of "
            "predictions are off."
        )
    elif ranking >= GOOD_RANKING:
        values["ranking"] = number(ranking, subject.language)
        message = mark(
            "It ranks well (ROC AUC {ranking}), but says {predicted} where {observed} happened ({n} known outcomes); "
            "{groups} of {all} groups of predictions are off. Do not take its probabilities literally."
        )
    else:
        message = mark(
            "It says {predicted} where {observed} happened ({n} known outcomes); {groups} of {all} groups of "
            "predictions are off. Do not take its probabilities literally."
        )
    return subject.say(message, **values)


def _differs(known: pd.DataFrame, is_rate: bool) -> pd.Series:
    """Where prediction and outcome differ by more than chance, and by an amount that matters."""
    predicted, rate = known["mean_prediction"], known["rate"]
    far = (predicted > rate + TOGETHER * (known["high"] - rate)) | (predicted < rate - TOGETHER * (rate - known["low"]))
    gap = (predicted - rate).abs()
    if not is_rate:
        return far & (gap >= NOTABLE_AMOUNT * rate.abs())
    larger, smaller = predicted.combine(rate, max), predicted.combine(rate, min)
    return far & ((gap >= NOTABLE) | ((gap >= NEGLIGIBLE) & (larger >= NOTABLE_RATIO * smaller)))


def _ranking(performance: pd.DataFrame) -> float:
    """The latest measured ROC AUC; zero without one."""
    if performance.empty:
        return 0.0
    found = performance[(performance["metric"] == "roc_auc") & performance["value"].notna()]
    return 0.0 if found.empty else float(found.iloc[-1]["value"])


def _written(value: float, is_rate: bool, subject: Subject) -> str:
    if is_rate:
        return share(value, subject.language)
    return f"{number(value, subject.language)} {subject.unit or ''}".strip()


def missed_declines(performance: pd.DataFrame, estimate: pd.DataFrame, metric: str) -> pd.DataFrame:
    """The periods in which a metric turned out worse than estimated, beyond the intervals of both; in order.

    Empty where so few periods contradict the estimate that it may be chance. Frames as of the views; columns: period,
    value, estimated.
    """
    nothing = pd.DataFrame(columns=["period", "value", "estimated"])
    if performance.empty or estimate.empty:
        return nothing
    columns = {"value": "estimated", "low": "estimated_low", "high": "estimated_high"}
    own = estimate.loc[estimate["metric"] == metric, ["period", *columns]].rename(columns=columns)
    both = performance[performance["metric"] == metric].merge(own, on="period")
    both = both[both[["value", "low", "high", "estimated", "estimated_low", "estimated_high"]].notna().all(axis=1)]
    below, above = both["high"] < both["estimated_low"], both["low"] > both["estimated_high"]
    better = next(entry.better for entry in ALL_METRICS if entry.name == metric)
    further = both["value"].abs() > both["estimated"].abs()
    worse = {"higher": below, "lower": above, "zero": (below | above) & further, "none": below | above}[better]
    return both.loc[worse, list(nothing.columns)] if worse.sum() > MISSED * len(both) else nothing


def warning_of_estimate(missed: pd.DataFrame, periods: int, metric: str, subject: Subject) -> str:
    """What readers must know before they look at an estimate that has missed declines; empty without any."""
    if missed.empty:
        return ""
    last = missed.iloc[-1]
    message = mark(
        "The estimate has missed declines of this model; do not rely on it alone. In {n} of {total} periods outcomes "
        "were worse than estimated by more than chance, most recently in {when}: estimated {estimated}, "
        "measured {value}."
    )
    return subject.say(
        message,
        n=len(missed),
        total=periods,
        when=period_name(last["period"], subject.language),
        estimated=metric_value(metric, last["estimated"], subject.language, subject.unit),
        value=metric_value(metric, last["value"], subject.language, subject.unit),
    )


def track_record(shown: pd.DataFrame, metric: str, subject: Subject) -> str:
    """How far the estimate was off where outcomes came later, empty without estimate; `shown`: value, estimated."""
    if shown["estimated"].isna().all():
        return ""
    both = shown[shown["value"].notna() & shown["estimated"].notna()]
    if both.empty:
        return subject.say("The estimate has no track record yet: no period has both outcomes and an estimate.")
    off = float((both["estimated"] - both["value"]).abs().mean())
    return subject.say(
        "Track record of the estimate: over {n} periods with known outcomes it was off by {off} on average.",
        n=len(both),
        off=metric_value(metric, off, subject.language, subject.unit),
    )


def estimate_record(record: pd.DataFrame, metric: str, subject: Subject) -> str:
    """How often outcomes turned out within the interval of the estimate, and how often it warned rightly.

    `record` has the columns of the view `estimate-record`; empty where it knows nothing of the metric.
    """
    for row in records(record[record["metric"] == metric]):
        if row["within_share"] is None:
            return str(row["reason"])
        message = mark(
            "The outcome was within the 95% interval of the estimate in {within} of {n} periods ({low} to {high} of "
            "all, with 95% certainty)."
        )
        ends = {end: share(row[end], subject.language, 0) for end in ("low", "high")}
        said = subject.say(message, within=row["within"], n=row["periods"], **ends)
        return " ".join([said, *_alarms(row, subject)])
    return ""


def _alarms(row: Mapping[str, Any], subject: Subject) -> list[str]:
    """How often the estimate warned of a broken limit; nothing without a limit."""
    if row["limit"] is None:
        return []
    message = mark(
        "Beyond the limit before outcomes were known: {right} times rightly, {wrong} times wrongly; {missed} alerts by "
        "outcomes it did not foresee."
    )
    names = {"right": "right_alarms", "wrong": "wrong_alarms", "missed": "missed_alarms"}
    return [subject.say(message, **{name: row[column] for name, column in names.items()})]
