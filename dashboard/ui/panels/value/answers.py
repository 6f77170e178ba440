"""What the pages about value say, from the frames of their views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pandas as pd

from dashboard.charts.metrics import is_known
from dashboard.charts.value import money
from dashboard.ui.labels.value import MOVES
from dashboard.ui.widgets.answers import Answer, Subject
from dashboard.ui.widgets.listing import listed
from dashboard.views.records import records
from dashboard.words import mark, number, period_name, share, translate

Row = Mapping[str, Any]
# Parts smaller than this share of the largest one are not named.
SMALL = 0.1


def judged(found: pd.DataFrame) -> Row | None:
    """The judged period of a model, of the view `values`; None where nothing is known of one."""
    row = records(found)[0] if len(found) else None
    return row if row is not None and isinstance(row["period"], str) else None


def rests_on(row: Row, subject: Subject) -> str:
    """What the verdict rests on: how many outcomes, or scores alone."""
    if row["source"] == "reported":
        message = mark("It is what the business reports; the dashboard does not compute it, and it has no interval.")
        return subject.say(message)
    values = {"labelled": int(row["labelled"]), "predictions": int(row["predictions"])}
    if row["source"] == "estimated":
        message = mark("Estimated from the scores of {predictions} predictions; {labelled} outcomes are known.")
        return subject.say(message, **values)
    return subject.say("It rests on {labelled} known outcomes of {predictions} predictions.", **values)


def answering(holders: Mapping[str, str], subject: Subject) -> str:
    """Who answers for the value."""
    executive = holders.get("accountable_executive")
    if not executive:
        return subject.say("Nobody is named who answers for this value.")
    stakeholder = holders.get("business_stakeholder")
    if stakeholder:
        message = mark("{person} answers for this value; {stakeholder} represents the business.")
        return subject.say(message, person=executive, stakeholder=stakeholder)
    return subject.say("{person} answers for this value.", person=executive)


def move(row: Row, subject: Subject) -> str:
    """What moved the money from one period to the next, the largest part first."""
    language, currency = subject.language, row["currency"]
    values = {
        "period": period_name(row["period"], language),
        "before": period_name(row["before"], language),
        "amount": money(abs(row["change"]), currency, language),
    }
    largest = max(abs(row[name]) for name in MOVES)
    parts = sorted(
        (name for name in MOVES if largest and abs(row[name]) >= SMALL * largest), key=lambda name: -abs(row[name])
    )
    named = [f"{translate(MOVES[name], language)} {signed(row[name], language)}" for name in parts]
    message = (
        mark("In {when} it brought {amount} more than in {before}: {parts}.")
        if row["change"] >= 0
        else mark("In {when} it brought {amount} less than in {before}: {parts}.")
    )
    return subject.say(
        message, when=values["period"], before=values["before"], amount=values["amount"], parts=", ".join(named)
    )


def certain_move(row: Row, subject: Subject) -> str:
    """Whether cases and quality together moved more than by chance."""
    if not (is_known(row["low"]) and is_known(row["high"])):
        return subject.say("How much of that may be chance is not known.")
    ends = {end: money(row[end], row["currency"], subject.language) for end in ("low", "high")}
    if row["low"] > 0 or row["high"] < 0:
        message = mark("Cases and quality together moved it by {low} to {high} (95% interval): more than chance.")
    else:
        message = mark("Cases and quality together moved it by {low} to {high} (95% interval): that may be chance.")
    return subject.say(message, **ends)


def signed(value: float, language: str) -> str:
    """An amount with its sign."""
    shown = money(value, None, language)
    return f"+{shown}" if value > 0 else shown


def threshold(found: pd.DataFrame, subject: Subject) -> tuple[str, ...]:
    """What another threshold would have brought, and that this is a what-if."""
    best, current = (records(found[found[name].astype(bool)])[0] for name in ("best", "current"))
    good = found.loc[found["as_good"].astype(bool), "threshold"]
    values = {
        "best": number(float(best["threshold"]), subject.language),
        "current": number(float(current["threshold"]), subject.language),
        "first": number(float(good.min()), subject.language) if len(good) else "",
        "last": number(float(good.max()), subject.language) if len(good) else "",
    }
    gain = best["honest_gain"]
    if not (is_known(gain) and is_known(best["low"])):
        message = mark("The threshold {best} would have brought most; how certain that is, is not known.")
        return (subject.say(message, best=values["best"]),)
    amounts = {
        "gain": money(gain, best["currency"], subject.language),
        "low": money(best["low"], None, subject.language),
        "high": money(best["high"], None, subject.language),
    }
    if best["low"] > 0:
        message = mark(
            "With the threshold at {best} instead of {current} it would have brought about {gain} more (95% interval "
            "{low} to {high}); thresholds from {first} to {last} are not certainly worse."
        )
        return (subject.say(message, **values, **amounts),)
    message = mark(
        "No threshold would certainly have brought more than {current}; those from {first} to {last} are not certainly "
        "worse than the best."
    )
    return (subject.say(message, current=values["current"], first=values["first"], last=values["last"]),)


def groups(found: pd.DataFrame, subject: Subject) -> Iterator[str]:
    """For whom another threshold would change most."""
    if found.empty:
        return
    shifted = found.assign(more=found["selected_then"] - found["selected_share"])
    row = records(shifted.loc[[shifted["more"].abs().idxmax()]])[0]
    message = mark("It would change most for {group}: {now} of them are selected now, {then} would be.")
    yield subject.say(
        message,
        group=f"{row['column']} {row['group']}",
        now=share(float(row["selected_share"]), subject.language, 0),
        then=share(float(row["selected_then"]), subject.language, 0),
    )


def portfolio(found: pd.DataFrame, language: str) -> Answer:
    """How many models bring what was promised; `found` has the columns of `values` and `name`."""
    subject = Subject("", language)
    counts = {answer: found[found["verdict"] == answer] for answer in ("yes", "no", "unknown")}
    further = []
    if len(counts["unknown"]):
        names = listed(list(counts["unknown"]["name"]), language)
        further.append(subject.say("Not known yet for {n}: {names}.", n=len(counts["unknown"]), names=names))
    further += _losing(found, subject)
    values = {"n": len(counts["yes"]), "total": len(found)}
    if len(counts["no"]):
        message = mark("{n} of {total} models bring what was promised; {less} bring less: {names}.")
        names = listed(list(counts["no"]["name"]), language)
        return Answer("alert", subject.say(message, **values, less=len(counts["no"]), names=names), tuple(further))
    if not len(counts["yes"]):
        return Answer("unknown", subject.say("Of no model it is known whether it brings what was promised."),
                      tuple(further))  # fmt: skip
    return Answer("ok", subject.say("{n} of {total} models bring what was promised, and none less.", **values),
                  tuple(further))  # fmt: skip


def _losing(found: pd.DataFrame, subject: Subject) -> Iterator[str]:
    """The models that cost more than they bring."""
    losing = found[pd.to_numeric(found["net"]) < 0]
    if len(losing):
        names = listed(list(losing["name"]), subject.language)
        yield subject.say("Cost more than they bring: {names}.", names=names)
