"""The answer of each page in a sentence, from the frames of its views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import pandas as pd

from dashboard.charts.look import STATUS_WORDS, STATUSES
from dashboard.charts.metrics import aim_value, metric_name, metric_value
from dashboard.measures.judging.areas import UNMEASURED
from dashboard.periods import period_start
from dashboard.ui.labels.models import AREAS
from dashboard.ui.widgets.alarm_runs import alarm_runs
from dashboard.ui.widgets.listing import listed
from dashboard.words import Sentence, mark, number, period_name, translate

PRESSING = ("alert", "warn")


@dataclass(frozen=True)
class Answer:
    """A status, the sentence that answers the page's question, and what else is worth saying."""

    status: str
    sentence: str
    further: tuple[str, ...] = ()


@dataclass(frozen=True)
class Subject:
    """Whom an answer is about and for: the model's name, its unit, the reader's language."""

    name: str
    language: str
    unit: str | None = None

    def say(self, message: str, **values: object) -> str:
        """A catalogue key with its placeholders filled, in the reader's language."""
        return Sentence(message, values).render(self.language)


def worst(statuses: pd.Series) -> str:
    """The most urgent status; unknown when there is none."""
    present = set(statuses)
    return next((status for status in STATUSES if status in present), "unknown")


def counts_by_status(models: pd.DataFrame) -> dict[str, int]:
    """How many models stand in each status, most urgent first."""
    return {status: int((models["status"] == status).sum()) for status in STATUSES}


def portfolio(models: pd.DataFrame, areas: pd.DataFrame, language: str) -> Answer:
    """How the portfolio stands: `models` and `areas` have the columns of the `models` and `status` views.

    A model needs attention by its own status; areas that do not count for it are named separately.
    """
    subject = Subject("", language)
    counts = counts_by_status(models)
    urgent = models[models["status"].isin(PRESSING)]
    pressing = areas[areas["status"].isin(PRESSING)]
    around = models[models["model"].isin(set(pressing["model"])) & ~models["status"].isin(PRESSING)]
    further = []
    if len(around):
        message = mark("{n} other models have areas that are not in order: {names}.")
        further.append(subject.say(message, n=len(around), names=listed(list(around["name"]), language)))
    if counts["unknown"]:
        further.append(
            subject.say(
                "Not measured, so neither good nor bad: {n} of {total}.", n=counts["unknown"], total=len(models)
            )
        )
    if urgent.empty:
        status = "ok" if counts["ok"] else "unknown"
        sentence = mark("No measured model needs attention.") if counts["ok"] else mark("No model is measured yet.")
        return Answer(status if around.empty else "warn", subject.say(sentence), tuple(further))
    sentence = mark("{n} of {total} models need attention: {names}.")
    names = listed(list(urgent["name"]), language)
    answer_sentence = subject.say(sentence, n=len(urgent), total=len(models), names=names)
    return Answer(worst(urgent["status"]), answer_sentence, tuple(further))


def performance(
    frame: pd.DataFrame, metric: str, targets: pd.DataFrame, subject: Subject, further: tuple[str, ...] = ()
) -> Answer:
    """Whether the model is as good as wanted; frames as of the `performance` and `targets` views."""
    rows = frame[frame["metric"] == metric]
    measured = rows[rows["value"].notna()]
    if measured.empty:
        return Answer(
            "unknown",
            subject.say(
                "How good {model} is cannot be determined: no outcomes are known for these predictions.",
                model=subject.name,
            ),
            (subject.say("Send the outcomes with “ingest actuals”, or see the estimate below."),),
        )
    last = measured.iloc[-1]
    sentence = {
        "ok": mark("{model} in {when}: {reason}"),
        "warn": mark("{model} should be watched in {when}: {reason}"),
        "alert": mark("{model} is worse than acceptable in {when}: {reason}"),
        "unknown": mark("{model} has no status for {when}: {reason}"),
    }[last["status"]]
    answer_sentence = subject.say(
        sentence,
        model=subject.name,
        when=period_name(last["period"], subject.language),
        reason=last["reason"],
    )
    return Answer(
        last["status"],
        answer_sentence,
        (
            *_against_target(metric, targets, subject),
            *alarm_runs(list(rows["status"]), list(rows["period"]), subject.language),
            *further,
        ),
    )


def not_as_wanted(key_metrics: pd.DataFrame, metric: str, subject: Subject) -> tuple[str, ...]:
    """The other key metrics that are on alert or warning; `key_metrics` as of the `targets` view."""
    others = key_metrics[(key_metrics["metric"] != metric) & key_metrics["status"].isin(["alert", "warn"])]
    if others.empty:
        return ()
    names = [metric_name(name, subject.language) for name in others["metric"]]
    return (subject.say("Also off target: {metrics}.", metrics=listed(names, subject.language)),)


def _against_target(metric: str, targets: pd.DataFrame, subject: Subject) -> tuple[str, ...]:
    rows = targets[targets["metric"] == metric]
    if rows.empty or (pd.isna(rows.iloc[0]["target"]) and pd.isna(rows.iloc[0]["limit"])):
        return (subject.say("The card sets no target for this metric; it is judged against the reference."),)
    target, limit = (
        aim_value(metric, rows.iloc[0][key], subject.language, subject.unit) for key in ("target", "limit")
    )
    return (subject.say("The target is {target}, the worst acceptable value {limit}.", target=target, limit=limit),)


def model(overall: str, areas: pd.DataFrame, subject: Subject, people: Mapping[str, str]) -> Answer:
    """How one model stands (its `overall` status, as every page says it) and who answers for it.

    `areas` has the columns of the `status` view.
    """
    pressing = areas[areas["status"].isin(PRESSING)]
    if overall == "ok" and not pressing.empty:
        sentence = mark("{model} works as it should, but not everything around it is in order.")
    elif overall == "unknown" and (areas["status"] == "ok").any():
        sentence = mark(
            "Everything that is measured of {model} is in order, but not everything that matters is measured."
        )
        if not pressing.empty:
            sentence = mark("Not everything that matters is measured of {model}, and some of the rest is not in order.")
    else:
        sentence = {
            "ok": mark("{model} is in order in every area that is measured."),
            "warn": mark("{model} should be watched."),
            "alert": mark("{model} needs action."),
            "unknown": mark("{model} is not measured yet."),
        }[overall]
    executive = people.get("accountable_executive", "")
    answering = (
        subject.say("{person} is accountable for how its predictions are used.", person=executive)
        if executive
        else subject.say("Nobody is named as accountable for how its predictions are used.")
    )
    named = [translate(AREAS[area], subject.language) for area in pressing["area"]]
    look = subject.say("Areas to check: {areas}.", areas=listed(named, subject.language, len(named)))
    return Answer(overall, subject.say(sentence, model=subject.name), (look, answering) if named else (answering,))


def of_area(status: pd.DataFrame, area: str, language: str, further: tuple[str, ...] = ()) -> Answer:
    """The status of record of one area in the words of record; `status` has the columns of the view."""
    rows = status[status["area"] == area]
    if rows.empty:
        return Answer("unknown", UNMEASURED.render(language), further)
    return Answer(str(rows.iloc[0]["status"]), str(rows.iloc[0]["reason"]), further)


def inventory(models: pd.DataFrame, shown: int, language: str) -> Answer:
    """How many models there are, and what is missing; `models` has the columns of the `models` view."""
    subject = Subject("", language)
    running = int((models["stage"] == "production").sum())
    owned = int(models["accountable_executive"].notna().sum())
    message = mark("{n} models are registered, {running} of them in production.")
    answer_sentence = subject.say(message, n=len(models), running=running)
    missing = len(models) - owned
    counts = counts_by_status(models)
    standing = [
        f"{translate(STATUS_WORDS[status], language)} {number(count, language)}" for status, count in counts.items()
    ]
    answering = (
        subject.say("Models without an accountable person: {n}.", n=missing)
        if missing
        else subject.say("Every model has an accountable person.")
    )
    further = [" · ".join(standing), answering]
    if shown != len(models):
        further.append(subject.say("The list shows {n} of them.", n=shown))
    return Answer(worst(models["status"]), answer_sentence, tuple(further))


def worst_segment(segments: pd.DataFrame, metric: str, subject: Subject) -> str:
    """The group that costs the metric most, in a sentence; `segments` as of the view, worst first."""
    known = segments[segments["value"].notna()]
    if known.empty:
        return subject.say("Every group is too small or has no known outcomes, so the model cannot be assessed there.")
    first = known.iloc[0]
    message = mark(
        "The largest loss may come from cases where {column} is {group}: {metric} {value} (95% interval {low} to "
        "{high}), with {n} known outcomes; that may be chance."
    )
    if first["status"] in PRESSING:
        message = mark(
            "The largest loss comes from cases where {column} is {group}: {metric} {value} (95% interval {low} to "
            "{high}), with {n} known outcomes."
        )
    value, low, high = (
        metric_value(metric, first[key], subject.language, subject.unit) for key in ("value", "low", "high")
    )
    return subject.say(
        message,
        column=first["column"],
        group=str(first["group"]),
        metric=metric_name(metric, subject.language),
        value=value,
        low=low,
        high=high,
        n=int(first["labelled"]),
    )


def latest_first(frame: pd.DataFrame) -> pd.DataFrame:
    """Rows of a periodic view with the newest period first."""
    return frame.sort_values("period", key=lambda periods: periods.map(period_start), ascending=False)
