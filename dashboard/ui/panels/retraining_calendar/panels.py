"""Drawing parts of the retraining calendar: the answer, the chart that opens models, the weeks, and the lists."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.charts.harmless import harmless
from dashboard.charts.retraining_calendar import MARKS, hours_by_week, mark_of, trainings_by_day
from dashboard.governance.retraining.runs import STATE_WORDS
from dashboard.ui.labels.trainings import WAYS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.retraining_calendar import answers
from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import choices, dates
from dashboard.ui.widgets.listing import listed
from dashboard.ui.widgets.model_lists import with_names
from dashboard.ui.widgets.tables import list_of, table
from dashboard.views.records import records

VIEWS = "retraining-calendar models"
SHOWN = [
    "day", "week", "name", "state", "machine", "hours", "people_hours", "who", "planned_by", "reason",
]  # fmt: skip
RUNS = ["started_at", "name", "state", "way", "person", "planned_for", "version", "ended_at", "detail"]
RUNS_SHOWN = 10
# Where a click on a mark leads.
TAB = "model"


def with_labels(loads: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The rows of `retraining-load` with `label` (the machine, or the person's name) and `names` (of the models)."""
    organisation = data.organisation()
    labels = [
        organisation.person_name(row["resource"]) if row["kind"] == "person" else row["resource"]
        for row in records(loads)
    ]
    of_models = [
        listed([names.get(model, model) for model in str(row["models"]).split(", ")], language())
        for row in records(loads)
    ]
    objects = {"label": labels, "names": of_models}
    return loads.assign(**{name: pd.Series(values, loads.index, object) for name, values in objects.items()})


def overview(entries: pd.DataFrame, loads: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The answer and the charts; `entries` and `loads` have the columns of their views."""
    known, weeks = with_names(entries, names), with_labels(loads, names)
    layout.answer(answers.calendar(known, weeks, language()))
    if known.empty:
        layout.empty(
            say("Nothing is planned yet"),
            say(
                "Plan a training below, or write on the card of a model by which policy it is trained again: “policy: "
                "yearly” under “retraining”."
            ),
            ":material/event_repeat:",
        )
        return
    by_day(known)
    by_week(weeks)


def by_day(known: pd.DataFrame) -> None:
    """The calendar as a chart, whose marks open the model, and as a table."""
    title, look = say("Trainings by day"), layout.look()
    today = dates.present().date()
    with layout.card(title, "trainings"):
        drawing, figures, origin = st.tabs(
            [say("Chart"), say("Table"), say("How do we know this?")], key="tabs_trainings"
        )
        models = tuple(known["model"])
        with drawing:
            st.plotly_chart(
                harmless(trainings_by_day(known, today, look)), key="chart_trainings", config=look.config(), alt=title,
                selection_mode="points", on_select=lambda: choices.open_clicked_model("chart_trainings", models, TAB),
            )  # fmt: skip
            st.caption(
                say(
                    "Click a mark to open the model. The dotted line is today; what is overdue for longer than three "
                    "weeks stands at the left edge."
                )
            )
        with figures:
            table(in_words(known)[SHOWN], VIEWS, "retraining_calendar", title)
        with origin:
            layout.explain(
                Origin(
                    say(
                        "A full circle is a plan that somebody made, a hollow one a day that follows from the policy "
                        "on the card. Overdue is what nobody has started, moved or cancelled by its day."
                    ),
                    say("Plans and starts recorded here or sent as events, and the cards of the models."),
                )
            )


def in_words(known: pd.DataFrame) -> pd.DataFrame:
    """The rows of the calendar with states and people in words."""
    organisation = data.organisation()
    states = [say(MARKS[mark_of(row)][2]) for row in records(known)]
    people = {
        column: [organisation.person_name(one) if isinstance(one, str) else None for one in known[column]]
        for column in ("who", "planned_by")
    }
    values = {**people, "state": states}
    return known.assign(**{name: pd.Series(found, known.index, object) for name, found in values.items()})


def by_week(weeks: pd.DataFrame) -> None:
    """What each week needs of machines and of people, side by side."""
    layout.section(say("What the weeks need"))
    columns = layout.halves()
    parts = (("machine", say("Hours of machines by week")), ("person", say("Hours of people by week")))
    for column, (kind, title) in zip(columns, parts, strict=True):
        found = weeks[weeks["kind"] == kind]
        with column:
            if found.empty:
                layout.empty(
                    title,
                    say("No card says what its training needs: “machine”, “hours” and “people” under “retraining”."),
                )
                continue
            shown = found[["week", "label", "trainings", "hours", "at_once", "clash", "names"]]
            renamed = shown.rename(columns={"label": "resource", "names": "models"})
            origin = Origin(
                say(
                    "Hours of the trainings ahead, in the week of their day; overdue ones are in no week. A hatched "
                    "bar is a clash: several trainings need a machine for more than 24 hours of one day, or a person "
                    "for more hours than a week has for trainings."
                ),
                say("The cards of the models (retraining: machine, hours, people) and config/dashboard.yaml."),
            )
            layout.chart(
                title, hours_by_week(found, layout.look()), renamed, "retraining-load", origin, f"load_{kind}"
            )  # fmt: skip


@part
def started(runs: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The trainings that were started last; `runs` has the columns of `retraining-runs`."""
    layout.section(say("Started trainings"))
    if runs.empty:
        st.caption(say("No training was started here yet."))
        return
    organisation = data.organisation()
    shown = with_names(runs, names).head(RUNS_SHOWN)
    people = [organisation.person_name(one) if isinstance(one, str) else None for one in shown["person"]]
    values = {
        "state": [say(STATE_WORDS[one]) for one in shown["state"]],
        "way": [say(WAYS[one]) for one in shown["way"]],
        "person": people,
    }
    words = {name: pd.Series(found, shown.index, object) for name, found in values.items()}
    list_of(shown.assign(**words)[RUNS], "retraining-runs models", "retraining_runs")
