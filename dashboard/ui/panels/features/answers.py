"""What the page about features says first, from the frames of its views. Nothing here draws."""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from dashboard.ui.widgets.answers import Subject
from dashboard.words import mark, number, share

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


def worth(known: pd.DataFrame, total: int, currency: str, language: str) -> str:
    """What the features cost together of which cost and importance are known, and which one costs most for its worth.

    `known` has the rows of `placed` and `label`; `total` is the number of features that are shown.
    """
    subject = Subject("", language)
    cost = float(known["cost_per_month"].sum())
    values = {"n": len(known), "total": total, "cost": number(round(cost), language), "currency": currency}
    first = subject.say(
        "{n} of {total} features have a known cost and importance; together {cost} {currency} per month.", **values
    )
    asked = known[known["questionable"].eq(True)]
    if asked.empty:
        return f"{first} {subject.say('Each of them is worth its place by this measure.')}"
    dearest = asked.sort_values("cost_per_month", ascending=False, kind="stable").iloc[0]
    more = {
        "feature": dearest["label"], "model": dearest["name"], "importance": share(dearest["importance"], language),
        "cost": number(round(float(dearest["cost_per_month"])), language), "currency": currency,
    }  # fmt: skip
    message = mark(
        "Dearest for its worth: {feature} ({model}) with {cost} {currency} for {importance} of the importance."
    )
    return f"{first} {subject.say(message, **more)}"
