"""The value of all models: the answer, filters, value against risk, and a line for each model."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.harmless import harmless
from dashboard.charts.value import value_against_risk
from dashboard.ui.labels.value import ANSWERS, SOURCES, STATUS_OF
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.value import answers
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, choices, filters, model_lists
from dashboard.ui.widgets.narrowing import page_of_rows
from dashboard.ui.widgets.tables import download, readable, table
from dashboard.views.records import records
from dashboard.words import period_name

TAB = "value"
ORDER = ("no", "unknown", "yes")
# The sums that are shown of a process.
TOGETHER = ("promised", "money", "low", "high", "cost", "net", "currency")
# Models whose reasons are read in full.
SENTENCES = 5
SHOWN = [
    "open", "name", "verdict", "trend", "promised", "realised", "estimated", "cost", "net", "currency", "period",
    "accountable_executive", "source",
]  # fmt: skip


def merged(values: pd.DataFrame, models: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The rows of `values` with name, risk, process and people of each model, the worst first.

    `models` has the columns of the view `models` with the names of processes and owners.
    """
    known = models[["model", "risk", "process", "process_name", "accountable_executive", "owner_name"]]
    found = model_lists.with_names(values.merge(known, on="model", how="left"), names)
    order = found["verdict"].map(ORDER.index)
    return found.assign(order=order).sort_values(["order", "net"], kind="stable").drop(columns="order")


@part
def explored(found: pd.DataFrame) -> None:
    """The filters and what they leave."""
    with layout.filter_bar(3):
        chosen = {
            "verdict": filters.pick_some(
                "verdict", say("Delivers its value"), [one for one in ORDER if one in set(found["verdict"])],
                lambda one: say(ANSWERS[one]),
            ),
            "process": filters.pick_some(
                "process", say("Business process"), model_lists.present(found, "process"), layout.process_word
            ),
            "owner_name": filters.pick_some(
                "owner", say("Accountable"), model_lists.present(found, "owner_name"), lambda one: one
            ),
        }  # fmt: skip
    shown = model_lists.narrowed(found, chosen)
    layout.answer(answers.portfolio(shown, language()))
    reasons(shown)
    against_risk(shown)
    listing(shown)


def delivered(found: pd.DataFrame) -> pd.DataFrame:
    """The models of which both are known: the delivered share of a promise above zero, and the highest risk."""
    brought = found["estimated"].where(found["source"] == "estimated", found["realised"])
    share = pd.to_numeric(brought) / pd.to_numeric(found["promised"])
    known = found.assign(delivered=share, risk=pd.to_numeric(found["risk"]))
    return known[(pd.to_numeric(found["promised"]) > 0) & known["delivered"].notna() & known["risk"].notna()]


def against_risk(found: pd.DataFrame) -> None:
    """Value against risk; a click on a mark opens the model."""
    known = delivered(found)
    layout.section(say("Value against risk"))
    if known.empty:
        layout.empty(
            say("No model has both a known value and a rated risk"),
            say("Rate the risks on the tab of a model, and write on its card what predictions are worth."),
            ":material/scatter_plot:",
        )
        return
    title, look = say("Delivered share of the promise against the highest risk"), layout.look()
    figure = value_against_risk(known[["model", "name", "risk", "delivered", "verdict"]], look)
    with layout.card(title, "against_risk"):
        models = tuple(known["model"])
        st.plotly_chart(
            harmless(figure), key="chart_against_risk", config=look.config(), alt=title, selection_mode="points",
            on_select=lambda: choices.open_clicked_model("chart_against_risk", models, TAB),
        )  # fmt: skip
        st.caption(
            say(
                "Low on the right: much at risk for little value. Hover to see a model, click to open it. Shares "
                "beyond the edges stand there. Models without a rated risk, a promise or known money are left out: "
                "{n}.",
                n=len(found) - len(known),
            )
        )
        with st.expander(say("How do we know this?")):
            layout.explain(
                Origin(
                    say(
                        "What outcomes, or before them scores, show of the judged period, over what was promised "
                        "for it."
                    ),
                    say("The status of record of each model, and the highest of its four rated risks."),
                )
            )


def listing(found: pd.DataFrame) -> None:
    """A line for each model: verdict, money of the judged period, and the money of the latest periods as a line."""
    layout.section(say("Every model"))
    if found.empty:
        layout.empty(say("No matching model"), say("Remove a filter or search for less."), ":material/search_off:")
        return
    part_of = page_of_rows(found, "values")
    cells: dict[str, list[Any]] = {
        "verdict": [f"{badges.STATUS_SIGNS[STATUS_OF[one]]} {say(ANSWERS[one])}" for one in part_of["verdict"]],
        "period": [period_name(one, language()) if isinstance(one, str) else None for one in part_of["period"]],
        "trend": [_trend(text) for text in part_of["latest"]],
        "source": [say(SOURCES[one]) if one in SOURCES else None for one in part_of["source"]],
        "accountable_executive": list(part_of["owner_name"]),
    }
    named = {name: pd.Series(values, part_of.index, object) for name, values in cells.items()}
    shown = part_of.assign(open=say("Open"), **named)
    frame, config = readable(shown[[one for one in SHOWN if one not in ("open", "trend")]], "values")
    frame = frame.assign(open=shown["open"], trend=shown["trend"])[SHOWN]
    columns: dict[str, Any] = {
        **config,
        "open": st.column_config.ButtonColumn(
            " ", key="open_value", on_click=filters.open_clicked, args=("open_value", list(part_of["model"]), TAB),
            pinned=True, width=80,
        ),
        "name": st.column_config.TextColumn(config["name"], pinned=True, width="medium"),
        "trend": st.column_config.LineChartColumn(say("Latest periods"), width="small"),
    }  # fmt: skip
    st.dataframe(frame, column_config=columns, hide_index=True, key="values", alt=say("Value of models"),
                 placeholder="–")  # fmt: skip
    download(found.drop(columns=["latest", "process_name", "owner_name"]), "values")


def by_process(found: pd.DataFrame) -> None:
    """What the models of each process bring together; `found` has the columns of `process-values`."""
    known = found[found["period"].notna()]
    if known.empty:
        return
    layout.section(say("By business process"))
    st.caption(
        say(
            "All models, by the period that is judged. Different periods and currencies are not summed; where the "
            "money of one model is not known, neither is that of all."
        )
    )
    words = [layout.process_word(one) if isinstance(one, str) else say("none is named") for one in known["process"]]
    shown = known.assign(process=words, period=[period_name(one, language()) for one in known["period"]])
    table(
        shown[["process", "period", "models", *TOGETHER]],
        "process-values",
        "process_values",
        say("By business process"),
    )


def _trend(text: str) -> list[float]:
    """The money of the latest periods, of each what its verdict rests on."""
    rows = json.loads(text)
    brought = [row["estimated"] if row["source"] == "estimated" else row["realised"] for row in rows]
    return [float(one) for one in brought if one is not None]


def reasons(found: pd.DataFrame) -> None:
    """Why each model that does not deliver has its verdict."""
    pressing = found[found["verdict"] == "no"]
    if pressing.empty:
        return
    layout.section(say("Who delivers less than promised"))
    for position, row in enumerate(records(pressing.head(SENTENCES))):
        with st.container(horizontal=True, vertical_alignment="center", key=f"less_{position}"):
            st.markdown(f"**{badges.escaped(row['name'])}**: {badges.escaped(row['reason'])}", width="stretch")
            st.button(say("Open"), key=f"open_less_{position}", on_click=filters.open_model, args=(row["model"], TAB))
