"""What the pages of data quality say first, from the frames of their views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard.charts.metrics import is_known, metric_name, metric_value
from dashboard.ui.labels.quality import CHECKS
from dashboard.ui.widgets.answers import Answer, Subject, worst
from dashboard.views.quality_faults import COUNTED
from dashboard.views.records import records
from dashboard.words import mark, number, period_name, share, translate

Row = Mapping[str, Any]


def ongoing(faults: pd.DataFrame) -> pd.DataFrame:
    """The faults that go on and are not resolved."""
    return faults[(faults["ongoing"] == True) & (faults["state"] != "resolved")]  # noqa: E712 - null is neither


def unclear(faults: pd.DataFrame) -> pd.DataFrame:
    """The faults that are checked no longer and not resolved: whether they go on is not known."""
    return faults[faults["ongoing"].isna() & (faults["state"] != "resolved")]


def portfolio(faults: pd.DataFrame, status: pd.DataFrame, language: str) -> Answer:
    """How many models have faults in their data, which is worst, what that costs, and what is not checked.

    `faults` has the columns of `quality-faults` and `name`; `status` are the rows of the area quality.
    """
    subject = Subject("", language)
    unknown = int((status["status"] == "unknown").sum())
    further = [subject.say("Not checked, so neither good nor bad: {n} of {total}.", n=unknown, total=len(status))]
    further = further if unknown else []
    if given_up := len(unclear(faults)):
        message = mark("Whether {n} further faults still go on is not known: they are checked no longer.")
        further.append(subject.say(message, n=given_up))
    found = ongoing(faults)
    if found.empty:
        checked = len(status) > unknown and unclear(faults).empty
        message = mark("Nothing is wrong with the data of any model that is checked.")
        if len(status) > unknown and not checked:
            return Answer("unknown", subject.say("No fault is known to go on."), tuple(further))
        sentence = subject.say(message if checked else mark("The data of no model is checked yet."))
        return Answer("ok" if checked else "unknown", sentence, tuple(further))
    first = records(found)[0]
    values = {"n": len(found), "models": found["model"].nunique(), "model": first["name"], "reason": first["reason"]}
    message = mark("{n} faults in the data of {models} models go on. Worst: {model}: {reason}")
    return Answer(
        worst(found["status"]),
        subject.say(message, **values),
        (*further, *_costs(found, subject), *_cared(found, subject)),
    )


def _costs(found: pd.DataFrame, subject: Subject) -> Iterator[str]:
    known = found[found["cost"].notna() & found["currency"].notna()]
    for currency, rows in known.groupby("currency"):
        cost = float(rows["cost"].sum())
        if cost > 0:
            message = mark("Predictions that they affect bring about {cost} {currency} less than others would.")
            yield subject.say(message, cost=round(cost), currency=str(currency))


def _cared(found: pd.DataFrame, subject: Subject) -> Iterator[str]:
    new = int((found["state"] == "new").sum())
    if new:
        yield subject.say("Nobody is taking care of {n} of them yet.", n=new)


def check_word(check: str, language: str) -> str:
    """What readers call a check; a rule of the card is called what the card calls it."""
    return translate(CHECKS[check], language) if check in CHECKS else check


def facts(row: Row, subject: Subject) -> Iterator[str]:
    """Since when, how many predictions, how much the model uses the feature, and what it costs."""
    since, until = (period_name(str(row[name]), subject.language) for name in ("since", "until"))
    span = mark("since {begin}") if row["ongoing"] else mark("from {begin} to {end}")
    yield subject.say(span, begin=since, end=until)
    if is_known(row["affected_predictions"]):
        yield subject.say(_of_predictions(row), n=int(row["affected_predictions"]))
    if row["source"] != COUNTED:
        yield subject.say("checked by another tool in {source}", source=row["source"].rpartition("/")[2])
    if is_known(row["importance"]):
        yield subject.say("importance {importance}", importance=share(row["importance"], subject.language))
    if is_known(row["cost"]) and isinstance(row["currency"], str):
        cost = number(round(row["cost"]), subject.language)
        yield subject.say("estimated cost {cost} {currency}", cost=cost, currency=row["currency"])


def _of_predictions(row: Row) -> str:
    """What the predictions are that a fault counts."""
    if row["source"] != COUNTED:
        return mark("{n} predictions made meanwhile")
    absent = row["check"] == "rows of the period"
    return mark("{n} predictions did not come") if absent else mark("{n} predictions affected")


def harm(row: Row, subject: Subject) -> str:
    """The metric in exactly the affected rows against the others; empty where it is not known."""
    known = {name for name in ("affected_value", "others_value", "difference_low") if is_known(row[name])}
    if not {"affected_value", "others_value"} <= known:
        return ""
    mine, theirs, low, high = (
        metric_value(row["metric"], row[name], subject.language, subject.unit)
        for name in ("affected_value", "others_value", "difference_low", "difference_high")
    )
    values = {
        "metric": metric_name(row["metric"], subject.language),
        "value": mine,
        "others": theirs,
        "labelled": int(row["affected_labelled"]),
        "rest": int(row["others_labelled"]),
    }
    message = mark(
        "{metric} in exactly these rows: {value} ({labelled} outcomes); in others: {others} ({rest} outcomes)."
    )
    if "difference_low" not in known:
        return subject.say(message, **values)
    sure = mark("{side} The difference is no chance (95% interval {low} to {high}).")
    doubt = mark("{side} The difference may be chance (95% interval {low} to {high}).")
    apart = row["difference_low"] > 0 or row["difference_high"] < 0
    return subject.say(sure if apart else doubt, side=subject.say(message, **values), low=low, high=high)
