"""Parts of pages that hold more than a chart: lists with links, facts, the threshold, the Evidently report."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.calibration import calibration_curve, confusion_matrix
from dashboard.charts.metrics import aim_value, metric_name, metric_value
from dashboard.charts.performance import metric_by_segment
from dashboard.governance.uses.population import CasesInWords, stated_cases
from dashboard.measures.judging.areas import UNMEASURED
from dashboard.ui.labels.models import AREAS, AUTOMATION, ROLES, STAGES, TASKS
from dashboard.ui.labels.periods import GRAIN_WORDS
from dashboard.ui.layout import layout, provenance
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.model import rows
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import answers, badges, filters
from dashboard.ui.widgets.answers import Subject
from dashboard.ui.widgets.listing import listed
from dashboard.ui.widgets.tables import download, lines_of, list_of, table
from dashboard.views.columns import SHARED
from dashboard.views.records import records
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

# More classes are a table with pages and search.
CLASSES_IN_FULL = 30


def remark(sentence: str) -> None:
    """A sentence under a chart."""
    if sentence:
        st.caption(badges.escaped(sentence))


def purpose_and_people(card: ModelCard, people: Mapping[str, str], process: str | None) -> None:
    """What the model does and for whom, beside the people who answer for it."""
    left, right = layout.halves()
    with left, layout.card(say("What it does, and for whom"), "purpose"):
        layout.facts(_purpose(card, process))
    with right, layout.card(say("Who is accountable"), "people"):
        layout.facts({say(word): people.get(role, "") or say("nobody") for role, word in ROLES.items()})


def _purpose(card: ModelCard, process: str | None) -> dict[str, str]:
    business = card.business
    missing = say("not stated")
    period = GRAIN_WORDS[card.period]
    cases = [CasesInWords(card, one).in_language(language()) for one in stated_cases(business.population)]
    return {
        say("Summary"): card.summary.in_language(language()) if card.summary else missing,
        say("Vision"): business.vision.in_language(language()) if business.vision else missing,
        say("Roadmap"): business.roadmap.in_language(language()) if business.roadmap else missing,
        say("Business question"): business.question.in_language(language()) if business.question else missing,
        say("Business process"): process or missing,
        say("Approved uses"): ", ".join(business.purposes) or missing,
        say("Approved cases"): "; ".join(cases) or missing,
        say("How decisions are made"): say(AUTOMATION[business.automation]) if business.automation else missing,
        say("It predicts"): say(TASKS[card.task]),
        say("Stage"): say(STAGES[card.status]) if card.status else missing,
        say("Watched in"): say(period),
    }


def targets(wanted: pd.DataFrame, subject: Subject) -> None:
    """Key metrics as tiles with value, target and limit."""
    if wanted.empty:
        layout.empty(
            say("No target is set"),
            say("Name key metrics with target and limit on the card, under “business: key_metrics”."),
        )
        return
    with st.grid(4, min_column_width=210):
        for position, row in enumerate(records(wanted)):
            with st.container(border=True, key=f"target_{position}", height="stretch"):
                bounds = {
                    key: badges.escaped(write(row["metric"], row[key], language(), subject.unit))
                    for write, keys in ((metric_value, ("value", "low", "high")), (aim_value, ("target", "limit")))
                    for key in keys
                }
                st.markdown(
                    f"{badges.badge(row['status'])}  \n{badges.escaped(metric_name(row['metric'], language()))}"
                )
                st.markdown(f"## {bounds['value']}")
                st.caption(say("target {target}, limit {limit}", target=bounds["target"], limit=bounds["limit"]))
                st.caption(say("95% interval: {low} to {high}", low=bounds["low"], high=bounds["high"]))


def areas(status: pd.DataFrame) -> None:
    """Every measured area with its status and reason, and in one line those that nothing measures."""
    shown = status[["area", "status", "reason"]].copy()
    shown["area"] = [say(AREAS.get(area, area)) for area in shown["area"]]
    unmeasured = status["reason"] == UNMEASURED.render(language())
    if not unmeasured.all():
        list_of(shown[~unmeasured], "status", "areas")
    if unmeasured.any():
        names = listed(list(shown.loc[unmeasured, "area"]), language(), len(shown))
        st.caption(badges.escaped(say("Not measured yet: {areas}.", areas=names)))


def pending_outcomes(waiting: pd.DataFrame) -> None:
    """Outcomes that meet no prediction, by the file that brought them; nothing where there are none."""
    if waiting.empty:
        return
    layout.section(say("Outcomes without prediction"))
    remark(say("{n} outcomes meet no prediction, so they count in no figure.", n=int(waiting["labels"].sum())))
    table(waiting.drop(columns="model"), "pending", "pending", say("Outcomes without prediction"))


def whole_card(card: pd.DataFrame) -> None:
    """Everything that the card says."""
    with st.expander(say("The whole model card"), icon=":material/badge:"):
        table(card, "card", "card", say("The whole model card"))


def warning(sentence: str) -> None:
    """A sentence that readers must know before they look at what follows; nothing where there is none."""
    if sentence:
        st.warning(badges.escaped(sentence), icon=":material/warning:")


def over_time_title(metric: str) -> str:
    """Heading of the chart over time."""
    return say("{metric} over time", metric=metric_name(metric, language()))


@part
def threshold(confusion: pd.DataFrame, card: ModelCard) -> None:
    """The four kinds of right and wrong, moved by a slider without computing anything again."""
    if confusion.empty or confusion[["true_positive", "true_negative"]].isna().all(axis=None):
        message = say("This needs known outcomes in the window.")
        layout.empty(say("No decisions to count"), message, ":material/grid_view:")
        return
    with layout.card(say("What the threshold does"), "threshold"):
        drawing, figures, known = st.tabs(
            [say("Chart"), say("Table"), say("How do we know this?")], key="tabs_threshold"
        )
        with drawing:
            _threshold_chart(confusion, card)
        with figures:
            table(confusion, "confusion", "confusion", say("What the threshold does"))
        with known:
            layout.explain(provenance.threshold(card))


def _threshold_chart(confusion: pd.DataFrame, card: ModelCard) -> None:
    cut = filters.pick_threshold(card.data.threshold)
    chosen = rows.at_threshold(confusion, cut)
    with st.container(horizontal=True):
        for metric in ("precision", "recall", "f1", "selected_share"):
            label = say(SHARED[metric].label)
            st.metric(label, metric_value("accuracy", chosen[metric], language()))
    layout.draw(confusion_matrix(confusion, cut, layout.look()), say("What the threshold does"), "confusion")


def calibration_and_threshold(curve: pd.DataFrame, confusion: pd.DataFrame, card: ModelCard, sentence: str) -> None:
    """Whether predictions mean what they say and, for yes-or-no models beside it, what the threshold makes of them.

    The sentence says whether they do.
    """
    if sentence:
        st.markdown(badges.escaped(sentence))
    if card.task != "binary_classification":
        calibration(curve, card)
        return
    left, right = layout.halves()
    with left:
        calibration(curve, card)
    with right:
        threshold(confusion, card)


def calibration(curve: pd.DataFrame, card: ModelCard) -> None:
    """Predicted against observed, or why there is nothing to compare."""
    if curve.empty:
        message = say("This needs known outcomes in the window, and a model that predicts a probability or a number.")
        layout.empty(say("No calibration to show"), message, ":material/balance:")
        return
    figure = calibration_curve(curve, card.task != "regression", layout.look())
    layout.chart(
        say("Calibration: do predictions match what happens?"),
        figure,
        curve.drop(columns="period"),
        "calibration",
        provenance.calibration(card),
        "calibration",
    )


def segments(worst_first: pd.DataFrame, metric: str, card: ModelCard, subject: Subject) -> None:
    """The segment that costs most in a sentence, and all of them with their intervals."""
    if worst_first.empty:
        message = say("Name columns under “data: segments” on the card; values appear when outcomes are known.")
        layout.empty(say("No segments to compare"), message, ":material/groups:")
        return
    st.markdown(badges.escaped(answers.worst_segment(worst_first, metric, subject)))
    figure = metric_by_segment(worst_first, metric, subject.unit, layout.look())
    layout.chart(say("By segment"), figure, worst_first, "segments", provenance.segments(metric, card), "segments")


def classes(found: pd.DataFrame, subject: Subject) -> None:
    """The class that is found worst in a sentence, and the figures of all; nothing for models of other tasks."""
    if found.empty:
        return
    layout.section(say("Which classes does the model tell well, and which not?"))
    recall = found[(found["metric"] == "recall") & found["value"].notna()]
    if not recall.empty:
        (worst,) = records(recall.nsmallest(1, "value"))
        shown = {key: metric_value("recall", worst[key], language(), subject.unit) for key in ("value", "low", "high")}
        message = mark("Found worst is {name}: {value} of its {n} cases (95% interval {low} to {high}).")
        st.markdown(badges.escaped(subject.say(message, name=worst["class"], n=worst["of_class"], **shown)))
    figures = rows.by_class(found, language())
    if len(figures) > CLASSES_IN_FULL:
        table(figures, "classes confusion", "classes_shown", say("Figures of each class"))
    else:
        lines_of(figures, "classes confusion")
    download(found.drop(columns="period"), "classes")
