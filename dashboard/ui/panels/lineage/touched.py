"""Which predictions were made from a node since a day, in whose process, who answers, and the ids to carry away."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.lineage.names import kind_of
from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.session.lineage import Lineage
from dashboard.ui.session.url_state import get_param, read_day, set_param
from dashboard.ui.widgets import badges, downloads
from dashboard.ui.widgets.tables import safe_csv
from dashboard.words import number

if TYPE_CHECKING:
    from dashboard.lineage.impact import Impact

# From where predictions can be reached.
REACHING = frozenset({"dataset", "column", "job", "feature", "version", "model"})
USUAL_DAYS = 7
SHOWN = 12


def show(lineage: Lineage, node: str, failing_since: date | None, today: date, names: Names) -> None:
    """The predictions since a day: usually since the node fails, else of the last week."""
    if kind_of(node) not in REACHING:
        return
    since = _pick_since(failing_since or today - timedelta(days=USUAL_DAYS), today)
    found = lineage.impact(node, since)
    if not found:
        st.markdown(say("No model is reached from here."))
        return
    count = sum(one.predictions for one in found)
    st.markdown(f"**{say('{n} predictions were made from this since {since}.', n=count, since=since)}**")
    for one in sorted(found, key=lambda known: -known.predictions)[:SHOWN]:
        _one(one, names)
    if len(found) > SHOWN:
        st.caption(say("{n} more versions are reached.", n=len(found) - SHOWN))
    downloads.offer(
        say("Download the ids as CSV"), lambda: safe_csv(lineage.affected(found, since)), "predictions.csv", "text/csv",
        "affected",
    )  # fmt: skip


def _pick_since(usual: date, today: date) -> date:
    day = min(read_day(get_param("since")) or usual, today)
    key = f"pick_since_{day}"
    st.date_input(
        say("Predictions since"), value=day, max_value=today, key=key, on_change=_take_since, args=(key,),
        format=day_pattern(),
    )  # fmt: skip
    return day


def _take_since(key: str) -> None:
    day = st.session_state[key]
    set_param("since", day.isoformat() if day else None)


def _one(one: Impact, names: Names) -> None:
    model = names.models.get(one.model, one.model)
    head = say("{n} predictions of {model}, version {version}", n=one.predictions, model=model, version=one.version)
    process = layout.process_word(one.process) if one.process else say("no process is named")
    people = ", ".join(names.organisation.person_name(person) for person in one.accountable_executive)
    lines = [
        f"**{badges.escaped(head)}**",
        badges.escaped(say("in the process {process}", process=process)),
        badges.escaped(say("accountable: {people}", people=people or say("nobody"))),
        badges.escaped(_stake(one)),
    ]
    st.markdown("  \n".join(lines))


def _stake(one: Impact) -> str:
    if one.value_at_stake is None:
        return one.reason.render(language()) if one.reason else say("The value at risk is not known.")
    amount = number(round(one.value_at_stake), language())
    return say("value at risk: {amount} {currency}", amount=amount, currency=one.currency or "")


def together(found: Sequence[Sequence[Impact]]) -> int:
    """How many predictions several faults touch together, at least: of each version what the longest one touches."""
    most: dict[tuple[str, str], int] = {}
    for one in (one for impacts in found for one in impacts):
        most[one.model, one.version] = max(most.get((one.model, one.version), 0), one.predictions)
    return sum(most.values())
