"""Parts of the tab on which versions are compared: the report, differences, groups, decisions, importance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.comparison import gains, gains_by_metric
from dashboard.schema.card.data import label_of
from dashboard.ui.labels.fairness import FIGURES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.comparison import answers
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import choices, filters
from dashboard.ui.widgets.tables import download, readable, table
from dashboard.views.records import records

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.views.query import Query

METRICS = ["metric", "value", "against_value", "difference", "low", "high", "chance", "better", "rows", "reason"]
GROUPS = ["column", "group", "metric", "gap", "difference", "low", "high", "chance", "better", "rows", "reason"]
CASES = ["prediction", "predicted_at", "score", "against_score", "actual", "right_version"]
SIGN = " / "


@part
def compared(card: ModelCard) -> None:
    """The choice of two versions, and everything that follows from it."""
    known = data.read("competitors", Picked(card.id).query())
    if known.empty:
        layout.empty(
            say("No two versions scored the same cases"),
            say(
                "Send the scores of a challenger with the ids that the version in production scored, under its own "
                "“model_version”: it runs in the shadow, counts for nothing, and is compared here."
            ),
            ":material/compare_arrows:",
        )
        return
    pairs = {f"{row['version']}{SIGN}{row['against']}": row for row in records(known)}
    picked = filters.pick_one("pair", say("Versions"), list(pairs), lambda one: _named(pairs[one]))
    version, against = str(pairs[picked]["version"]), str(pairs[picked]["against"])
    query = Picked(card.id, version=version).query(against=against)
    with st.spinner(say("Comparing case by case …")):
        found = data.read("comparison", query)
    if found.empty:
        layout.empty(say("Nothing to compare"), say("Run “monitor”, and send outcomes of the cases that both scored."))
        return
    groups, decisions = data.read("comparison-groups", query), data.read("comparison-decisions", query)
    _report(found, groups, decisions, card)
    _metrics(found, card)
    _groups(groups, card)
    _cases(query, card)
    _importance(data.read("comparison-importance", query), card)


def _named(pair: Mapping[str, object]) -> str:
    return say("{version} against {against}", version=pair["version"], against=pair["against"])


def _report(found: pd.DataFrame, groups: pd.DataFrame, decisions: pd.DataFrame, card: ModelCard) -> None:
    """The report on the selection in words."""
    said = [*answers.by_metric(found, card), *answers.by_group(groups, card), *answers.decisions(decisions)]
    layout.sentences(answers.headline(found), *said)
    st.caption(
        say(
            "Both on the same {cases} cases with known outcome. A difference counts where chance alone makes one so "
            "large in less than 5 of 100 cases, key metrics and money corrected together (Holm).",
            cases=int(found["rows"].max()),
        )
    )
    download(found, "comparison")


def _metrics(found: pd.DataFrame, card: ModelCard) -> None:
    named = found.assign(label=[answers.name_of(row) for row in records(found)])
    shown = gains(named[named["counts"].astype(bool) | named["better"].notna()])
    title = say("How much better or worse, metric by metric")
    rows = named.assign(metric=named["label"])[METRICS]
    known = Origin(
        say(
            "The difference of both versions on the same cases, relative to the other's figure; a bar is a 95% "
            "interval of the difference, grey may be chance."
        ),
        say("The prediction log: cases that both scored and whose outcome is known, paired by their id."),
    )
    if shown.empty:
        table(rows, "comparison", "comparison_metrics", title)
        return
    layout.chart(title, gains_by_metric(shown, layout.look()), rows, "comparison", known, "gains")


def _groups(found: pd.DataFrame, card: ModelCard) -> None:
    if found.empty:
        return
    layout.section(say("For whom it gets better or worse"))
    shown = found.assign(
        column=[label_of(card.data, str(column), language()) for column in found["column"]],
        metric=[
            say(FIGURES[str(row["metric"])]) if row["gap"] else answers.name_of(row) for row in records(found)
        ],
    )  # fmt: skip
    table(shown[GROUPS], "comparison-groups", "comparison_groups", say("For whom it gets better or worse"))


def _cases(query: Query, card: ModelCard) -> None:
    if not reader.may_read("comparison-cases"):
        return
    found = data.read("comparison-cases", query)
    if found.empty:
        return
    layout.section(say("Where they differ most"))
    st.caption(say("Click a case to see what led to it."))
    shown, columns = readable(found[CASES], "comparison-cases")
    st.dataframe(
        shown, column_config=columns, hide_index=True, key="comparison_cases", alt=say("Where they differ most"),
        height=280, placeholder="–", selection_mode="single-row",
        on_select=lambda: _open_case(list(found["prediction"]), card),
    )  # fmt: skip


def _open_case(predictions: list[str], card: ModelCard) -> None:
    """Callback: what led to the case of the row that was clicked."""
    if st.session_state["comparison_cases"]["selection"]["rows"]:
        choices.pick_clicked_case("comparison_cases", predictions)
        filters.open_model(card.id, "explanations")


def _importance(found: pd.DataFrame, card: ModelCard) -> None:
    if found.empty or found["difference"].isna().all():
        return
    layout.section(say("What they look at"))
    names = [label_of(card.data, str(feature), language()) for feature in found["feature"]]
    shown = found.assign(feature=names)[["feature", "importance", "against_importance", "difference"]]
    table(shown, "comparison-importance", "comparison_importance", say("What they look at"))
