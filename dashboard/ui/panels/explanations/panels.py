"""Parts of the page about explanations: what drives the model, one case with its reasons, what experts expect."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.charts.explanations import BASE, importance_bars, importance_over_time, waterfall
from dashboard.errors import NotFoundError
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.words.facts import TELLINGS, Telling
from dashboard.explanations.words.values import UNGROUPED, value_in_words
from dashboard.schema.card.data import label_of
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.explanations import answers
from dashboard.ui.panels.model import rows
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked
from dashboard.ui.widgets import badges, choices
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import day, mark, number

if TYPE_CHECKING:
    from datetime import datetime

    from dashboard.schema.card.card import ModelCard

SIMILAR = ["prediction", "at", "score", "actual", "amount", "differs"]
VIOLATIONS = ["period", "expectation", "prediction", "version", "before", "after", "score", "changed"]
EXPECTED = ["period", "expectation", "status", "checked", "violated", "share", "low", "high", "reason"]
METHODS = {
    "card": mark("The card of the model states it for version {version}."),
    "shap": mark("SHAP values of the model file of version {version}, folded back to the features of the card."),
    "permutation": mark("How much the score of version {version} changes when the values of a feature are shuffled."),
}
# Whose telling comes first: of the roles of the program.
OF_ROLE: dict[str, Telling] = {"data_scientist": "data_scientist", "domain_expert": "expert"}


def drivers(card: ModelCard) -> None:
    """What drives this model, in a sentence and a picture, or how to find out."""
    found = data.read("importance", Picked(card.id).query())
    found = found[found["version"] == _newest(found)]
    layout.sentences(*answers.drivers(found, card, rows.subject(card, language())))
    known = found[found["importance"].notna()]
    if known.empty:
        bring_attributions()
        return
    labels = [label_of(card.data, feature, language()) for feature in known["feature"]]
    shown = known.assign(label=labels).sort_values("importance", ascending=False)
    title = say("What drives the model")
    figure = importance_bars(shown, layout.look())
    columns = ["label", "feature", "importance", "low", "high", "version", "rows", "method"]
    layout.chart(title, figure, shown[columns], "importance", _origin(shown), "drivers")


def _newest(found: pd.DataFrame) -> str | None:
    """The last version of which the importance is known, else the last one."""
    known = found[found["importance"].notna()]
    versions = list((known if len(known) else found)["version"])
    return versions[-1] if versions else None


def _origin(shown: pd.DataFrame) -> Origin:
    row = records(shown)[0]
    source = say(METHODS.get(row["method"], METHODS["shap"]), version=row["version"])
    meaning = say(
        "The mean size of a feature's contribution to the score, as a share of all; it says how much the model uses a "
        "feature, not whether that is right."
    )
    counted = [say("{n} rows of the sample.", n=int(row["rows"]))] if row["rows"] else []
    if shown["low"].notna().any():
        counted.append(say("Thin lines are 95% intervals: other rows of the log would give other shares."))
    return Origin(meaning, source, " ".join(counted))


def bring_attributions() -> None:
    """What to do where nothing can be explained."""
    with st.container(border=True, key="bring_attributions"):
        st.markdown(f"##### :material/lightbulb: {say('How to get explanations')}")
        st.markdown(
            say(
                "Put the model file (skops, XGBoost or LightGBM) beside the card, name it with its hash as artifact of "
                "the version, and register the card again; or bring the contributions that your own program computed:"
            )
        )
        st.code(
            "python -m dashboard register card.yaml\npython -m dashboard ingest attributions MODEL FILE",
            language="bash",
        )


def one_explanation(
    card: ModelCard, prediction: str, version: str | None = None, predicted_at: datetime | None = None
) -> bool:
    """The explanation of one prediction: sentences for the reader, and a picture; False where there is none.

    Whoever may not look at single cases, and whoever asks for what is not there, reads so.
    """
    query = Picked(card.id, version=version).query(prediction=prediction, predicted_at=predicted_at)
    if not reader.may_read("words"):
        layout.empty(say("Single cases are not open to your role"), say("Ask an administrator."), ":material/lock:")
        return False
    try:
        words, found = data.read("words", query), data.read("explain", query)
    except NotFoundError:
        layout.empty(
            say("There is no such prediction"), say("Choose another case, or check the id."), ":material/search_off:"
        )
        return False
    except ModelRefusedError as refused:
        layout.empty(say("This prediction cannot be explained"), badges.escaped(str(refused)), ":material/help:")
        bring_attributions()
        return False
    _sentences(words)
    shown = _labelled(found, card)
    title = say("What moves this score")
    layout.chart(title, waterfall(shown, layout.look()), found, "explain", _of_case(), "waterfall")
    return True


def _sentences(words: pd.DataFrame) -> None:
    roles = reader.reader().roles
    usual = next((telling for role, telling in OF_ROLE.items() if roles == {role}), TELLINGS[0])
    ordered = dict.fromkeys([usual, *TELLINGS])
    telling = choices.pick_view("telling", say("Explained"), {one: say(answers.TELLINGS[one]) for one in ordered})
    first, *further = words[words["telling"] == telling]["text"]
    with st.container(border=True, key="case_in_words"):
        st.markdown(f"**{badges.escaped(first)}**")
        for sentence in further:
            st.markdown(badges.escaped(sentence))


def _labelled(found: pd.DataFrame, card: ModelCard) -> pd.DataFrame:
    """The `explain` view with the label and the value of each feature for readers."""
    labels = []
    for row in records(found):
        feature, value = row["feature"], row["value"]
        label = label_of(card.data, feature, language())
        if feature != BASE:
            numeric = card.data.features[feature].kind == "numeric"
            held = float(value) if numeric and value is not None else value
            label = f"{label}<br>{value_in_words(card.data, feature, held, language())}"
        labels.append(label)
    return found.assign(label=labels)


def _value(value: str | None) -> str:
    """A value of a case as the view gives it, for readers."""
    if value is None:
        return say("(missing)")
    try:
        amount = float(value)
    except ValueError:
        return value
    whole = amount.is_integer() and abs(amount) < UNGROUPED
    return str(int(amount)) if whole else number(amount, language())


def _of_case() -> Origin:
    return Origin(
        say(
            "Each bar is what a feature adds to the raw score of an average case (SHAP); all bars together lead to the "
            "score of this case. It explains the model, not the world."
        ),
        say("Computed from the model file that made the prediction; shown only where the sum is the score."),
    )


def facts_of_case(card: ModelCard, prediction: str, found: pd.DataFrame) -> None:
    """When the case was scored, how, and what came of it, where it stands among rows of `cases` or `picks`."""
    mine = found[found["prediction"] == prediction]
    st.markdown(f"#### {badges.escaped(say('Case {id}', id=prediction))}")
    if mine.empty:
        return
    row = records(mine)[0]
    parts = [say("made on {day}", day=day(pd.Timestamp(row["at"]).to_pydatetime(), language()))]
    parts.append(say("score {score}", score=_value(row["score"])))
    parts.append(_outcome(card, row["actual"]))
    value = card.business.value
    if row["amount"] is not None and not pd.isna(row["amount"]) and value is not None:
        amount = _value(str(row["amount"]))
        parts.append(say("worth {amount} {currency}", amount=amount, currency=value.currency))
    st.caption(badges.escaped(" · ".join(parts)))


def _outcome(card: ModelCard, actual: str | None) -> str:
    if actual is None:
        return say("outcome unknown")
    if card.task != "binary_classification":
        return say("outcome {outcome}", outcome=_value(actual))
    return say("it happened") if float(actual) == 1 else say("it did not happen")


def similar(card: ModelCard, prediction: str) -> None:
    """The nearest known cases with what came of them."""
    found = data.read("similar", Picked(card.id).query(prediction=prediction))
    with layout.card(say("Similar cases whose outcome is known"), "similar"):
        if found.empty:
            st.markdown(say("No outcome of similar cases is known yet; send outcomes with “ingest actuals”."))
            return
        table(found[SIMILAR], "similar", "similar", say("Similar cases whose outcome is known"))


def expectations(card: ModelCard) -> None:
    """What experts expect of the model, how often it was otherwise, and where."""
    layout.section(say("What experts expect of the model"))
    found = data.read("expectations", Picked(card.id).query())
    if found.empty:
        layout.empty(
            say("No expectation is written down"),
            say(
                "Experts say what must hold, e.g. that more rooms do not lower a price: write it as `expectations` on "
                "the card; “monitor” then checks it in every period."
            ),
            ":material/rule:",
        )
        return
    st.markdown(badges.escaped(answers.expectations(found, rows.subject(card, language()))))
    table(found[EXPECTED], "expectations", "expectations", say("What experts expect of the model"))
    if not reader.may_read("violations"):
        return
    broken = data.read("violations", Picked(card.id).query())
    if broken.empty:
        return
    with st.expander(say("Cases that are otherwise ({n})", n=len(broken)), icon=":material/list:"):
        table(broken[VIOLATIONS], "violations", "violations", say("Cases that are otherwise"))


@part
def reasons_moved(card: ModelCard) -> None:
    """Whether the reasons move from period to period and from version to version, worked out when somebody asks."""
    layout.section(say("Do the reasons move?"))
    st.caption(
        say("Up to 100 cases of each of the last six periods are explained, and 300 cases by the last two versions.")
    )
    if not st.toggle(say("Compare periods and versions"), key="reasons_moved"):
        return
    with st.spinner(say("Explaining cases …")):
        found = data.read("reasons", Picked(card.id).query())
        versions = data.read("reason-changes", Picked(card.id).query())
    if found.empty:
        layout.empty(say("No version can be explained"), say("It needs a model file on the card, and predictions."))
        bring_attributions()
        return
    st.markdown(badges.escaped(answers.moved(found, card, rows.subject(card, language()))))
    for reason in versions["reason"]:
        st.markdown(badges.escaped(reason))
    if versions.empty:
        st.caption(say("There are no two versions with a model file to compare."))
    labelled = found.assign(label=[label_of(card.data, feature, language()) for feature in found["feature"]])
    known = Origin(
        say(
            "The mean size of a feature's contribution in a sample of each period, as a share of all; one version "
            "explains all periods, so that only the cases differ."
        ),
        say("Computed from the model file on at most 100 rows of each period."),
    )
    title = say("Importance over time")
    layout.chart(title, importance_over_time(labelled, layout.look()), found, "reasons", known, "reasons")
