"""What the page about features says first, from the frames of its views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard.ui.widgets.answers import Subject
from dashboard.words import mark

KINDS: dict[str, str] = {"feature": mark("Feature"), "dataset": mark("Table")}
SURENESS: dict[str, str] = {"certain": mark("certain"), "likely": mark("likely"), "possible": mark("may be")}
SHARED_BY: dict[str, str] = {
    "columns": mark("same column"),
    "name": mark("name and kind alone"),
    "both": mark("column, and name alone"),
}


def answer(features: pd.DataFrame, doubles: pd.DataFrame, store: pd.DataFrame, language: str) -> Iterator[str]:
    """What is shared and whether a feature store may pay, what may be made twice, what to ask, what is not known."""
    subject = Subject("", language)
    yield from store["reason"]
    known = doubles["sure"] != "possible"
    if doubles.empty:
        yield subject.say("Nothing seems to be made twice.")
    else:
        message = mark("Probably made twice: {sure}; perhaps made twice: {perhaps}.")
        yield subject.say(message, sure=int(known.sum()), perhaps=int((~known).sum()))
    asked = int((features["questionable"].eq(True)).sum())
    if asked:
        yield subject.say("Cost money and are hardly used: {asked}.", asked=asked)
    unstated = int(features["cost_per_month"].isna().sum())
    if unstated:
        message = mark("What it costs is not on the card for {unstated} of {total}; of these nothing is said.")
        yield subject.say(message, unstated=unstated, total=len(features))
