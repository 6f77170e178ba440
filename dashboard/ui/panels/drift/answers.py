"""Whether a model's data has drifted, in sentences. Nothing here draws."""

from __future__ import annotations

import pandas as pd

from dashboard.measures.judging.drift.status import UNJUDGED_SHARE
from dashboard.ui.widgets.answers import PRESSING, Answer, Subject, worst
from dashboard.ui.widgets.listing import listed
from dashboard.words import mark


def drift(ranking: pd.DataFrame, subject: Subject) -> Answer:
    """Whether the inputs still look like the reference; `ranking` as of the view with `label`, most relevant first."""
    if ranking.empty or (ranking["status"] == "unknown").all():
        return Answer(
            "unknown",
            subject.say("It is not known yet whether the data of {model} has drifted.", model=subject.name),
            (
                subject.say(
                    "Drift needs predictions after the reference; check the reference on the card, then run “monitor”."
                ),
            ),
        )
    moved = ranking[ranking["status"].isin(PRESSING)]
    further = (*_sides(ranking, subject), *_unweighed(ranking, subject))
    if moved.empty:
        status, sentence = _unmoved(ranking, subject)
        return Answer(status, sentence, further)
    answer_sentence = subject.say(
        mark("The data of {model} has drifted: {n} of {total} features differ from the reference, mainly {names}."),
        model=subject.name,
        n=len(moved),
        total=len(ranking),
        names=listed(list(moved["label"]), subject.language),
    )
    if not (moved["status"] == "alert").any():
        further = (subject.say("None of them matters enough to the model to raise an alert."), *further)
    return Answer(worst(moved["status"]), answer_sentence, further)


def _unmoved(ranking: pd.DataFrame, subject: Subject) -> tuple[str, str]:
    """Status and sentence where no feature is known to have moved: calm only as far as features can be judged."""
    unjudged = ranking[ranking["status"] == "unknown"]
    if unjudged.empty:
        return "ok", subject.say(mark("The features of {model} still look like the reference."), model=subject.name)
    values = {
        "model": subject.name,
        "n": len(unjudged),
        "total": len(ranking),
        "names": listed(list(unjudged["label"]), subject.language),
    }
    weights, missed = ranking["importance"].sum(), unjudged["importance"].sum()
    if len(unjudged) > UNJUDGED_SHARE * len(ranking) or missed > UNJUDGED_SHARE * weights:
        message = mark(
            "It is not known whether the features of {model} have drifted: {n} of {total} cannot be judged, mainly "
            "{names}."
        )
        return "unknown", subject.say(message, **values)
    message = mark(
        "What can be judged of the features of {model} looks like the reference; {n} of {total} cannot be judged: "
        "{names}."
    )
    return "ok", subject.say(message, **values)


def _sides(ranking: pd.DataFrame, subject: Subject) -> tuple[str, ...]:
    """How many rows stand behind the comparison, on either side."""
    rows, reference_rows = (int(ranking[name].fillna(0).max()) for name in ("rows", "reference_rows"))
    message = mark("Compared are {rows} rows of the window with {reference_rows} of the reference.")
    return (subject.say(message, rows=rows, reference_rows=reference_rows),)


def _unweighed(ranking: pd.DataFrame, subject: Subject) -> tuple[str, ...]:
    if ranking["importance"].notna().any():
        return ()
    return (subject.say("How much the model uses each feature is unknown; the ranking is by drift alone."),)
