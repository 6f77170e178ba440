"""What the page about explanations says, from the frames of its views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pandas as pd

from dashboard.schema.card.data import label_of
from dashboard.ui.widgets.answers import Subject
from dashboard.ui.widgets.listing import listed
from dashboard.views.records import records
from dashboard.words import mark, share

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
