"""Parts of the page Data use: the answer, the filters, the picture, the table."""

from __future__ import annotations

from typing import Any

import pandas as pd
import streamlit as st

from dashboard.charts.data_use import HOW_WORDS, MODELS, TABLES, uses
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.data_use import rows
from dashboard.ui.panels.data_use.rows import NOT_SAID, PERSONAL_WORDS, YES, Wanted
from dashboard.ui.panels.lineage import sight
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import filters, model_lists
from dashboard.ui.widgets.answers import Answer
from dashboard.ui.widgets.listing import listed
from dashboard.ui.widgets.narrowing import page_of_rows
from dashboard.ui.widgets.tables import ROWS_WITHOUT_SCROLLING, download, readable
from dashboard.views.records import records
from dashboard.words import day

FILE = [
    "team", "dataset", "model", "how", "purpose", "personal_data", "source", "reliability", "status", "failed",
    "failed_since", "on_time", "renewed_on", "late_since",
    "unchecked",
]  # fmt: skip
NAMED = 3
HEIGHT = 560


@part
def explored(known: pd.DataFrame) -> None:
    """Filters, and what they leave: the answer, the picture, the table; `known` as `rows.named` gives it."""
    present = model_lists.present
    with layout.filter_bar(5):
        text = filters.pick_search(say("table, model, team"))
        chosen = {
            "team_name": filters.pick_some("use_team", say("Team"), present(known, "team_name")),
            "marked": filters.pick_some(
                "personal", say("Personal data"), present(known, "marked"), filters.word_of(PERSONAL_WORDS)
            ),
            "how": filters.pick_some("use_how", say("Used as"), present(known, "how"), filters.word_of(HOW_WORDS)),
        }
        purposes = filters.pick_some("use_purpose", say("Purpose"), rows.all_purposes(known))
    found = rows.narrowed(known, Wanted(text, chosen, purposes))

    layout.answer(answer(found))
    if known.empty:
        what_next = say(
            "Name the training data on the cards of the models, or send OpenLineage events of your pipelines with "
            "“python -m dashboard ingest events”."
        )
        layout.empty(say("No use of data is known yet"), what_next)
    elif found.empty:
        layout.empty(say("No matching use"), say("Remove a filter or search for less."), ":material/search_off:")
    else:
        picture(found)
        table(found)


def answer(found: pd.DataFrame) -> Answer:
    """Who uses how much data, what of it holds personal data, and how reliable it is."""
    tables = rows.of_tables(found)
    if tables.empty:
        return Answer("unknown", say("Which data the models use is not known."))
    values = {
        "tables": say("{n} tables", n=len(tables)),
        "teams": say("{n} teams", n=int(found["team"].nunique())),
    }
    first = say("{n} models of {teams} rest on {tables}.", n=int(found["model"].nunique()), **values)
    return Answer(rows.order_of_statuses(tables["status"]), first, tuple(_further(tables)))


def _further(tables: pd.DataFrame) -> list[str]:
    failing = records(tables[tables["failed"].notna()])
    said = []
    if failing:
        stated = [
            say("{table} since {day}", table=row["table"], day=day(pd.Timestamp(row["failed_since"]), language()))
            for row in failing
        ]
        said.append(say("{n} tables failed their last check: {names}.", n=len(failing), names=_few(stated)))
    overdue = tables[tables["late_since"].notna()]
    if len(overdue):
        said.append(say("{n} tables are overdue: {names}.", n=len(overdue), names=_few(overdue["table"])))
    late = tables[tables["on_time"].notna() & (tables["on_time"] < 1)]
    if len(late):
        said.append(say("{n} tables were renewed late at times: {names}.", n=len(late), names=_few(late["table"])))
    personal, unsaid = int((tables["marked"] == YES).sum()), int((tables["marked"] == NOT_SAID).sum())
    if personal:
        said.append(say("{n} tables hold personal data.", n=personal))
    if unsaid:
        said.append(say("Of {n} tables nobody said whether they hold personal data.", n=unsaid))
    lapsed = tables[tables["unchecked"].notna() & tables["failed"].isna()]
    if len(lapsed):
        said.append(say("Of {n} tables a failed check is checked no longer: {names}.", n=len(lapsed),
                        names=_few(lapsed["table"])))  # fmt: skip
    unchecked = int(((tables["status"] == "unknown") & tables["unchecked"].isna()).sum())
    if unchecked:
        said.append(say("Of {n} tables no check was reported: how reliable they are is not known.", n=unchecked))
    shared = tables[tables["models"] > 1].sort_values("models", ascending=False, kind="stable")
    if len(shared):
        said.append(say("{n} tables serve several models: {names}.", n=len(shared), names=_few(shared["table"])))
    return said


def _few(names: Any) -> str:
    return listed(list(names), language(), NAMED)


def picture(found: pd.DataFrame) -> None:
    """The matrix of tables and models, and how many of them it leaves to the table."""
    title = say("Tables and the models that use them")
    with layout.card(title, "uses"):
        drawing, known = st.tabs([say("Chart"), say("How do we know this?")], key="tabs_uses")
        with drawing:
            drawn = found.assign(team=found["team_name"])
            marked = rows.of_tables(found).set_index("node")["marked"]
            drawn["personal_data"] = [
                None if marked[node] == NOT_SAID else marked[node] == YES for node in drawn["node"]
            ]
            columns = ["node", "table", "model", "name", "team", "how", "status", "personal_data", "reliability"]
            layout.draw(uses(drawn[columns], layout.look()), title, "uses")
            more = (found["node"].nunique() - TABLES, found["model"].nunique() - MODELS)
            if more[0] > 0:
                st.caption(
                    say(
                        "{n} more tables stand in the list below; a filter or the search brings them here.",
                        n=int(more[0]),
                    )
                )
            if more[1] > 0:
                st.caption(say("{n} more models stand in the list below.", n=int(more[1])))
        with known:
            layout.explain(_origin())


def _origin() -> layout.Origin:
    meaning = say(
        "A mark is a use of a table in a model; its colour tells whether the newest checks of the table passed, as "
        "severe as a failure is for that model, and whether the table is overdue. The runs that write it show how "
        "often it is renewed; weekends and single holidays make nothing late."
    )
    source = say(
        "OpenLineage events of the pipelines and the cards of the models; personal data by tags of tables and columns, "
        "else by the card. The team is that of who is accountable for the model."
    )
    return layout.Origin(meaning, source)


def table(found: pd.DataFrame) -> None:
    """Every use, worst data first; buttons lead to the lineage of the table and to the model."""
    layout.section(say("Every use"))
    page = page_of_rows(found, "data_use")
    shown = pd.DataFrame(
        {
            "status": page["status"],
            "dataset": page["table"],
            "name": page["name"],
            "team": page["team_name"],
            "how": [say(HOW_WORDS[how]) for how in page["how"]],
            "purpose": page["purpose"],
            "personal_data": [say(PERSONAL_WORDS[one]) for one in page["marked"]],
            "reliability": page["reliability"],
            "failed": page["failed"],
            "failed_since": page["failed_since"],
            "on_time": page["on_time"],
            "renewed_on": page["renewed_on"],
            "late_since": page["late_since"],
            "unchecked": page["unchecked"],
            "source": page["source"],
        }
    )
    buttons = {
        "lineage": st.column_config.ButtonColumn(
            " ", key="lineage_row", on_click=_look_from, args=("lineage_row", list(page["node"])), width=165
        ),
        "open": st.column_config.ButtonColumn(
            " ", key="model_row", on_click=filters.open_clicked, args=("model_row", list(page["model"])), width=80
        ),
    }
    values, config = readable(shown, "data-use")
    values.insert(2, "lineage", say("Lineage"))
    values.insert(4, "open", say("Model"))
    st.dataframe(
        values, column_config={**config, **buttons}, hide_index=True, key="data_use", alt=say("Uses of data"),
        placeholder="–", height=HEIGHT if len(values) > ROWS_WITHOUT_SCROLLING else "auto",
    )  # fmt: skip
    download(found[FILE], "data_use")


def _look_from(key: str, nodes: list[str]) -> None:
    """Callback of the buttons: look from the table of the clicked row."""
    sight.look_from(nodes[st.session_state[key]["row"]])
