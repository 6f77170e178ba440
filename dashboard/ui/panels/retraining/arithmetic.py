"""The recommendation in a line, its arithmetic in the open, and what would lead to another one."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.metrics import is_known
from dashboard.charts.value import money
from dashboard.ui.labels.retraining import POLICIES, WOULD_CHANGE
from dashboard.ui.labels.value import SOURCES
from dashboard.ui.layout import layout
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.model import record
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.views.records import records
from dashboard.words import Sentence, day, mark, number, share

Row = Mapping[str, Any]
# With fewer earlier changes a share says little.
FEW_CASES = 5


def recommendation(status: pd.DataFrame, found: pd.DataFrame) -> None:
    """What to do and why, then loss, cost, time to pay back and chance; `found` has the columns of `retraining`."""
    record.area(status, "retraining")
    if found.empty:
        return
    row = records(found)[0]
    layout.section(say("What a training would bring"))
    figures = {
        say("Expected loss per week"): (_loss(row), _loss_ends(row)),
        say("Cost of a training"): (money(row["cost"], row["currency"], language()), _policy(row)),
        say("Pays back after"): _weeks(row),
        say("Chance that it helps"): _chance(row),
        say("Planned on"): (_planned(row), ""),
    }
    with st.grid(len(figures), min_column_width=165, gap="small") as grid:
        for name, (value, below) in figures.items():
            with grid.cell(), st.container(border=True, gap=None):
                st.markdown(f":small[{badges.escaped(name)}]  \n**{badges.escaped(value)}**")
                if below:
                    st.caption(badges.escaped(below))
    st.caption(badges.escaped(" ".join(how_it_comes(row))))
    with st.expander(say("How do we know this?")):
        layout.explain(_origin())


def how_it_comes(row: Row) -> list[str]:
    """From what the loss is made, in sentences; empty where there is none."""
    if not is_known(row["expected_loss_per_week"]):
        return [say("No loss in money is known: the card names no prices, or no outcomes can be compared.")]
    currency = row["currency"]
    values = {
        "now": money(row["value_now"], currency, language()),
        "then": money(row["value_then"], currency, language()),
        "cases": number(round(row["cases_per_week"]), language()),
    }
    said = [
        Sentence(
            mark("A case brings {now} in the mean ({season}; reference {then}), at {cases} cases per week."),
            {**values, "season": row["span"]},
        ).render(language())
    ]
    other = row["other_cases"]
    if is_known(other) and round(other):
        message = (
            mark("Other cases than in the reference bring {amount} more per week; no training changes that.")
            if other > 0
            else mark("Other cases than in the reference bring {amount} less per week; no training changes that.")
        )
        said.append(say(message, amount=money(abs(other), currency, language())))
    said.append(say("Measured by {source}.", source=say(SOURCES[row["source"]])))
    return said


def what_would_change_it(found: pd.DataFrame) -> None:
    """What would lead to another recommendation."""
    if found.empty:
        return
    layout.section(say("What would change the answer"))
    for sentence in WOULD_CHANGE[records(found)[0]["recommendation"]]:
        st.markdown(f"- {badges.escaped(say(sentence))}")


def _loss(row: Row) -> str:
    return money(row["expected_loss_per_week"], row["currency"], language())


def _loss_ends(row: Row) -> str:
    if not (is_known(row["low"]) and is_known(row["high"])):
        return ""
    ends = {end: money(row[end], None, language()) for end in ("low", "high")}
    return say("95% interval {low} to {high}", **ends)


def _weeks(row: Row) -> tuple[str, str]:
    """After how many weeks, and under which condition."""
    if not is_known(row["weeks"]):
        known = is_known(row["cost"]) and is_known(row["expected_loss_per_week"])
        return number(float("nan"), language()), say("not known while the loss may be chance") if known else ""
    condition = say("if it brings back all of the loss")
    if row["weeks"] <= 1:
        return say("Less than a week"), condition
    return say("{n} weeks", n=math.ceil(row["weeks"])), condition


def _policy(row: Row) -> str:
    policy = row["policy"]
    return (
        say("Rule on the card: {policy}", policy=say(POLICIES[policy]) if policy in POLICIES else policy)
        if policy
        else ""
    )


def _chance(row: Row) -> tuple[str, str]:
    """The chance, and on how few cases it rests."""
    cases = int(row["chance_cases"])
    if not cases:
        return say("Not known"), say("No version has been replaced yet.")
    ends = {end: share(float(row[f"chance_{end}"]), language(), 0) for end in ("low", "high")}
    few = mark("{n} earlier changes only; 95% interval {low} to {high}")
    many = mark("{n} earlier changes; 95% interval {low} to {high}")
    said = say(few if cases < FEW_CASES else many, n=cases, **ends)
    return share(float(row["chance"]), language(), 0), said


def _planned(row: Row) -> str:
    planned = row["planned_on"]
    return day(pd.Timestamp(planned).date(), language()) if isinstance(planned, str) else say("Nothing planned")


def _origin() -> Origin:
    return Origin(
        say(
            "Expected loss: what a case of the same group of scores brought in the reference, less what it brings now, "
            "times the cases of a week; never below zero. Pays back: cost over loss. Chance: the share of earlier "
            "changes of the version after which a case brought more, or the first key metric was better, by more than "
            "chance; its interval is Wilson's."
        ),
        say("Known outcomes in the prediction log, summarised by “monitor”; prices and cost from the card."),
    )
