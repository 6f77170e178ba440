"""What the page about explanations says, from the frames of its views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.explanations.drift.reasons import Importance, chance_of_change, least_changed
from dashboard.schema.card.data import FeatureLabel, label_of
from dashboard.ui.widgets.answers import Subject
from dashboard.ui.widgets.listing import listed
from dashboard.views.records import records
from dashboard.words import Sentence, mark, period_name, share

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

PICKS = {
    "typical": mark("A typical case"),
    "borderline": mark("A borderline case"),
    "wrong": mark("A wrong case"),
    "costliest": mark("The costliest case"),
}
TELLINGS = {"manager": mark("In short"), "expert": mark("For experts"), "data_scientist": mark("For data scientists")}
# Features that a sentence names.
NAMED = 3


def drivers(found: pd.DataFrame, card: ModelCard, subject: Subject) -> Iterator[str]:
    """What drives the model; `found` has feature and importance, a row for each feature."""
    known = found[found["importance"].notna()].sort_values("importance", ascending=False)
    if known.empty:
        yield subject.say("It is not known what drives {model}.", model=subject.name)
        return
    named = [
        f"{label_of(card.data, row['feature'], subject.language)} ({share(row['importance'], subject.language, 0)})"
        for row in records(known.head(NAMED))
    ]
    message = mark("{model} rests mainly on {features}.")
    yield subject.say(message, model=subject.name, features=listed(named, subject.language))
    unused = int((known["importance"] < 0.01).sum())
    if unused:
        message = mark("Hardly used: {unused} of {total} features, each with less than 1%.")
        yield subject.say(message, unused=unused, total=len(known))


def expectations(found: pd.DataFrame, subject: Subject) -> str:
    """How many expectations are kept in the latest period of each."""
    latest = found.drop_duplicates("key")
    counts = latest["status"].value_counts()
    values = {status: int(counts.get(status, 0)) for status in ("ok", "warn", "alert", "unknown")}
    message = mark(
        "Of {total} expectations {ok} are kept, {alert} are violated, {warn} perhaps; {unknown} are not known."
    )
    return subject.say(message, total=len(latest), **values)


def moved(found: pd.DataFrame, card: ModelCard, subject: Subject) -> str:
    """Whether the main reasons of the latest period are those of the first; `found` has the columns of `reasons`."""
    periods = sorted(found["period"].unique())
    if len(periods) < 2:
        return subject.say("There are too few periods to compare.")
    first, last = (
        [
            Importance(row["feature"], row["importance"], row["main"])
            for row in records(found[found["period"] == period])
        ]
        for period in (periods[0], periods[-1])
    )
    message = mark(
        "In {last} {feature} is the main reason most often ({often} of the cases). Compared with {first}, at least "
        "{share} of the cases have another main reason; with {rows} cases of each period, up to {chance} may be chance."
    )
    leading = max(last, key=lambda one: one.main)
    rows = int(found["rows"].min())
    language = subject.language
    values = {
        "feature": FeatureLabel(card.data, leading.feature),
        "often": share(leading.main, language, 0),
        "first": period_name(periods[0], language),
        "last": period_name(periods[-1], language),
        "share": share(least_changed(first, last), language, 0),
        "chance": share(chance_of_change(last, rows), language, 0),
        "rows": rows,
    }
    return Sentence(message, values).render(language)
