"""How good alerts were: of one alert and its kind in a sentence each, and of all models in words and as a table."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.measures.intervals import wilson
from dashboard.ui.labels.alerts import ALERT_VERDICTS
from dashboard.ui.labels.models import AREAS
from dashboard.ui.layout import layout
from dashboard.ui.layout.layout import Origin
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.tables import table
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import mark, number, share

COUNTED = ("right_alerts", "wrong_alerts", "too_late_alerts", "unknown_alerts")


def by_alert(models: Collection[str]) -> dict[str, tuple[str, ...]]:
    """What is known of each alert of some models, and of the others of its model and area, in sentences."""
    query = Query(language=language(), among=frozenset(models))
    kinds = {(row["model"], row["area"]): row for row in records(data.read("alert-record", query))}
    return {
        row["alert"]: (_verdict(row), *_kind(kinds.get((row["model"], row["area"]))))
        for row in records(data.read("alert-verdicts", query))
    }


def _verdict(row: Mapping[str, Any]) -> str:
    message = mark("{verdict}: {reason}")
    return say(message, verdict=say(ALERT_VERDICTS[row["verdict"]]), reason=row["reason"])


def _kind(row: Mapping[str, Any] | None) -> tuple[str, ...]:
    """The record of a model's alerts in an area; nothing to say of a single one."""
    if row is None or row["alerts"] < 2:
        return ()
    message = mark(
        "Of {n} alerts of this model in this area {right} were right, {wrong} wrong, {late} too late; of {unknown} it "
        "is not known yet."
    )
    return (say(message, n=int(row["alerts"]), **_counts(row)),)


def _counts(row: Mapping[str, Any]) -> dict[str, int]:
    return {name.split("_")[0].replace("too", "late"): int(row[name]) for name in COUNTED}


def summary(found: pd.DataFrame) -> list[str]:
    """The sentences on all alerts that are shown; `found` has the columns of `alert-record`."""
    sums = {name: int(found[name].sum()) for name in COUNTED}
    settled = sum(sums.values()) - sums["unknown_alerts"]
    if not settled:
        return [say("Of no alert is it known yet whether it was right.")]
    counts = _counts(sums)
    low, high = wilson(sums["right_alerts"] / settled, settled)
    message = mark(
        "Of {n} alerts of which it is known, {right} were right (95% interval {low} to {high}), {wrong} wrong and "
        "{late} too late; of {unknown} it is not known yet."
    )
    said = [say(message, n=settled, low=share(low, language(), 0), high=share(high, language(), 0), **counts)]
    early = found[(found["area"] == "drift") & found["harms"].notna()]
    harms = int(early["harms"].sum())
    if harms:
        message = mark(
            "Before outcomes showed it, drift or data quality warned in {warned} of {n} times in which performance or "
            "value did harm."
        )
        said.append(say(message, warned=harms - int(early["missed"].sum()), n=harms))
    return said


def limit_proposals(limits: pd.DataFrame, names: Mapping[str, str]) -> list[str]:
    """A sentence for each limit that the record proposes; `limits` has the columns of `proposed-limits`."""
    message = mark(
        "{model}, {area}: with a limit of {proposed} instead of {limit} for {metric}, {spared} of {wrong} wrong "
        "alerts would not have been, and {lost} of {right} right ones. It rests on these few cases; the card sets it "
        "in {field}."
    )
    return [
        say(
            message, model=names.get(row["model"], row["model"]), area=say(AREAS[row["area"]]),
            metric=layout.metric_word(row["metric"]), proposed=number(row["proposed_limit"], language()),
            limit="–" if row["limit"] is None else number(row["limit"], language()), spared=row["spared"],
            lost=row["lost"], right=row["right_alerts"], wrong=row["wrong_alerts"], field=row["field"],
        )
        for row in records(limits)
    ]  # fmt: skip


def portfolio(found: pd.DataFrame, limits: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The record of all alerts; `found` has the columns of `alert-record`, `limits` those of `proposed-limits`."""
    if not found["alerts"].sum():
        return
    layout.section(say("How good the alerts were"))
    for sentence in summary(found):
        st.markdown(badges.escaped(sentence))
    if not limits.empty:
        st.markdown(f"**{say('Limits that follow from it')}**")
    for sentence in limit_proposals(limits, names):
        st.markdown(f"- {badges.escaped(sentence)}")
    shown = found[found["alerts"] > 0]
    areas = {area: say(word) for area, word in AREAS.items()}
    shown = shown.assign(
        model=[names.get(model, model) for model in shown["model"]], area=[areas[area] for area in shown["area"]]
    )
    with st.expander(say("Every model and area"), icon=":material/table:"):
        table(shown, "alert-record", "alert_record", say("How good the alerts were"))
    with st.expander(say("How do we know this?")):
        layout.explain(_origin())


def _origin() -> Origin:
    return Origin(
        say(
            "An alert is right when outcomes that are known by now show harm in one of its first three periods, or "
            "whoever closed it repaired something; too late when that harm had begun more than one period before it "
            "could be reported; wrong when outcomes show no harm in these periods, or it was closed as a false alarm. "
            "Harm is a performance alert by outcomes, or less value than promised."
        ),
        say("Every alert and how it was closed, and the outcomes in the prediction log as they are known now."),
    )
