"""Parts of the tab about value: the judged period, money over time, what moved it, by decision and by threshold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.value import money, money_by_threshold, moved, value_over_time
from dashboard.measures.judging.areas import judging_grain
from dashboard.schema.card.data import label_of
from dashboard.ui.labels.value import ANSWERS, MOVES, PARTS, SOURCES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.model import record, rows
from dashboard.ui.panels.value import answers
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import badges, filters
from dashboard.ui.widgets.tables import list_of, table
from dashboard.views.records import records
from dashboard.words import period_name

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

AS_TABLE = [
    "period", "verdict", "promised", "realised", "estimated", "low", "high", "cost", "net", "currency", "source",
    "labelled", "predictions", "reason",
]  # fmt: skip


def verdict(status: pd.DataFrame, found: pd.DataFrame, people: pd.DataFrame, card: ModelCard) -> None:
    """Whether the value is delivered, what that rests on, who answers, and the money of the judged period."""
    subject, row = rows.subject(card, language()), answers.judged(found)
    further = (answers.rests_on(row, subject),) if row is not None and row["source"] else ()
    record.area(status, "value", *further, answers.answering(rows.holders(people), subject))
    if row is None:
        return
    st.caption(badges.escaped(period_name(row["period"], language())))
    figures = {
        say("Promised"): row["promised"],
        say("Brought"): row["realised"],
        say("Estimated"): row["estimated"],
        say("Running cost"): row["cost"],
        say("Net of running cost"): row["net"],
    }
    with st.grid(len(figures), min_column_width=150, gap="small") as grid:
        for name, value in figures.items():
            with grid.cell(), st.container(border=True, gap=None):
                shown = money(value, row["currency"], language())
                st.markdown(f":small[{badges.escaped(name)}]  \n**{badges.escaped(shown)}**")


def pick_part(card: ModelCard) -> Picked:
    """Which version and group of cases the money below is of, by the periods by which the model is judged."""
    groups = rows.groups(data.read("groups", Picked(card.id).query()))
    with layout.filter_bar(2):
        version = filters.pick_version([one.version for one in card.versions])
        segment = filters.pick_segment(groups, lambda column: label_of(card.data, column, language()))
    picked = Picked(card.id, None, judging_grain(card), version, segment)
    if not picked.is_usual():
        st.caption(say("The promise and the running cost are those of all cases and versions together."))
    return picked


def over_time(found: pd.DataFrame, timeline: pd.DataFrame, card: ModelCard) -> None:
    """Promised, brought and estimated by period, with what happened; of the views `value` and `timeline`."""
    if found.empty or found[["realised", "estimated"]].isna().all(axis=None):
        value = card.business.value
        if value is None or (value.outcomes is None and value.errors is None):
            no_prices()
        return
    shown = found[AS_TABLE].assign(
        verdict=[say(ANSWERS[one]) for one in found["verdict"]],
        source=[say(SOURCES[one]) if one in SOURCES else "" for one in found["source"]],
    )
    title = say("Promised, brought and estimated")
    figure = value_over_time(found, rows.history(timeline, language()), layout.look())
    layout.chart(title, figure, shown.iloc[::-1], "value", _origin(card), "value")


def _origin(card: ModelCard) -> Origin:
    prices = say(
        "What a prediction brings or costs stands on the card, for each outcome or for each unit of error. Where "
        "outcomes are missing, those that are known count for all. An upright line is a 95% interval."
    )
    source = say(
        "Predictions and outcomes in the prediction log, summarised by “monitor”; the promise by its lines below; the "
        "estimate from the scores alone, calibrated on the reference."
    )
    return Origin(prices, source)


def moves(found: pd.DataFrame, of_record: pd.DataFrame, card: ModelCard) -> None:
    """What moved the money of the judged period, else of the latest one, against the period before.

    `found` has the columns of `value-moves`, `of_record` those of `values`.
    """
    if found.empty:
        return
    row = answers.judged(of_record)
    known = found[found["period"] == row["period"]] if row is not None else found
    subject, last = rows.subject(card, language()), records(known if len(known) else found)[-1]
    layout.section(say("What moved it against the period before"))
    st.markdown(badges.escaped(answers.move(last, subject)))
    st.caption(badges.escaped(answers.certain_move(last, subject)))
    parts = {say(word): float(last[name]) for name, word in MOVES.items()}
    words = tuple(period_name(last[name], language()) for name in ("before", "period"))
    figure = moved(float(last["start"]), parts, words, last["currency"] or "", layout.look())  # type: ignore[arg-type]
    origin = Origin(
        say(
            "The change is the sum of three parts: more or fewer cases, other cases (their scores), and better or "
            "worse predictions of the same cases."
        ),
        say("Known outcomes of both periods, scaled to all of their predictions."),
    )
    layout.chart(say("From one period to the next"), figure, found.iloc[::-1], "value-moves", origin, "value_moves")


def decisions(found: pd.DataFrame, card: ModelCard) -> None:
    """What each decision, or unit of error, brings; `found` has the columns of `value-decisions`."""
    if found.empty:
        return
    layout.section(say("What single decisions bring") if card.task != "regression" else say("What errors cost"))
    labelled, together = int(found["labelled"].iloc[0]), float(found["money"].sum())
    currency = found["currency"].iloc[0]
    mean = money(together / labelled, currency, language())
    sentence = say("A prediction brings {amount} in the mean, by {n} known outcomes.", amount=mean, n=labelled)
    st.markdown(badges.escaped(sentence))
    # On a narrow screen the currency stands with the amount.
    named = found.assign(
        part=[say(PARTS[one]) for one in found["part"]],
        number=[money(one, None, language()) for one in found["number"]],
        price=[money(one, None, language()) for one in found["price"]],
        money=[money(one, currency, language()) for one in found["money"]],
    )
    list_of(named[["part", "number", "price", "money"]], "value-decisions", "value_decisions")


@part
def threshold(found: pd.DataFrame, by_group: pd.DataFrame, card: ModelCard) -> None:
    """What other thresholds would have brought, and what that would do to groups; a what-if."""
    if found.empty:
        return
    subject = rows.subject(card, language())
    layout.section(say("What if the threshold were another one?"))
    for sentence in (*answers.threshold(found, subject), *answers.groups(_labelled(by_group, card), subject)):
        st.markdown(badges.escaped(sentence))
    st.caption(say("A what-if from known outcomes. Nothing is changed by it, and groups may be treated differently."))
    currency = found["currency"].iloc[0] or ""
    origin = Origin(
        say(
            "What all predictions of the latest judged periods would have brought at each threshold. The green range "
            "is not certainly worse than the best; the gain that is stated leaves out the luck of picking the best."
        ),
        say("Known outcomes of the latest judged periods, by the prices on the card."),
    )
    layout.chart(say("Money by threshold"), money_by_threshold(found, currency, layout.look()), found,
                 "value-thresholds", origin, "value_threshold")  # fmt: skip
    if not by_group.empty:
        with st.expander(say("What it would do to groups")):
            named = _labelled(by_group, card)
            table(named, "value-threshold-groups", "value_groups", say("What it would do to groups"))


def _labelled(by_group: pd.DataFrame, card: ModelCard) -> pd.DataFrame:
    """Rows about groups with the labels of their columns."""
    labels: dict[Any, str] = {one: label_of(card.data, one, language()) for one in set(by_group["column"])}
    return by_group.assign(column=by_group["column"].map(labels))


def no_prices() -> None:
    """What to do where the card says nothing of what predictions are worth."""
    layout.empty(
        say("What predictions are worth is not stated"),
        say(
            "Write on the card what each outcome brings or costs (business.value.outcomes), or each unit of error "
            "(business.value.errors). Then every period is compared with the promise."
        ),
        ":material/payments:",
    )
