"""The inventory: filters, and the models that they leave as a list, most urgent first."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.models import AREAS, STAGES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import answers, filters, model_lists
from dashboard.ui.widgets.narrowing import page_of_rows
from dashboard.ui.widgets.tables import download, heading, instant_column, instants, status_column
from dashboard.views.columns import SHARED
from dashboard.views.query import Query

HEIGHT = 620
ROWS_WITHOUT_SCROLLING = 10


@part
def explored(models: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The filters, and the models that they leave; `models` as of the view, with the names of processes and owners."""
    present, naming = model_lists.present, model_lists.naming
    with layout.filter_bar(5):
        text = filters.pick_search()
        owner = "accountable_executive"
        chosen = {
            "status": filters.pick_some("status", say("Status"), present(models, "status"), layout.status_word),
            "process": filters.pick_some(
                "process", say("Business process"), present(models, "process"), naming(models, "process")
            ),
            "stage": filters.pick_some("stage", say("Stage"), present(models, "stage"), filters.word_of(STAGES)),
            owner: filters.pick_some("owner", say("Accountable"), present(models, owner), naming(models, owner)),
        }
    found = model_lists.matching(models, names, text, chosen)

    layout.answer(answers.inventory(models, len(found), language()))
    listed(found, names)


def listed(found: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The list of models, most urgent first; the button of a row opens the model.

    `found` has the columns of the view `models` with the names of processes and owners.
    """
    if found.empty:
        layout.empty(say("No matching model"), say("Remove a filter or search for less."), ":material/search_off:")
        return
    models = model_lists.most_urgent_first(found)
    found = page_of_rows(models, "inventory")
    asked = Query(language=language(), among=frozenset(found["model"]))
    shown = model_lists.inventory(found, data.read("status", asked), data.read("volumes", asked), names, language())
    config: dict[str, Any] = {
        "open": st.column_config.ButtonColumn(
            " ",
            key="open_row",
            on_click=filters.open_clicked,
            args=("open_row", list(found["model"])),
            pinned=True,
            width=80,
        ),
        "name": st.column_config.TextColumn(say(SHARED["name"].label), pinned=True, width="medium"),
        "status": status_column(say(SHARED["status"].label)),
        "volume": st.column_config.LineChartColumn(say("Use"), y_min=0, width="small"),
        "last_prediction_at": instant_column(heading(SHARED["last_prediction_at"])),
        "predictions": st.column_config.NumberColumn(say(SHARED["predictions"].label), format="localized"),
    }
    for area in [column for column in shown.columns if column in AREAS]:
        config[area] = status_column(say(AREAS[area]))
    for column in ("process", "accountable_executive", "stage", "version"):
        config[column] = say(SHARED[column].label)
    shown = shown.assign(last_prediction_at=instants(shown["last_prediction_at"]))
    st.dataframe(
        shown, column_config=config, hide_index=True, key="inventory", alt=say("Inventory of models"), placeholder="–",
        height=HEIGHT if len(shown) > ROWS_WITHOUT_SCROLLING else "auto",
    )  # fmt: skip
    download(models.drop(columns=["process_name", "owner_name"]), "inventory")
