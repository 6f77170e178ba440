"""Parts of the page about features: each feature with its worth, and what may be made twice."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.features import cost_against_importance, placed
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.features.answers import KINDS, SHARED_BY, SURENESS, answer, worth
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, filters, model_lists
from dashboard.ui.widgets.model_lists import looked_up
from dashboard.ui.widgets.tables import table
from dashboard.views.records import records
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.store.organisation import Organisation

TEAM = "team:"
# So many doubles are sentences; the table holds all.
READ_WHOLE = 10
AS_TABLE = [
    "name", "feature", "importance", "cost_per_month", "currency", "care", "faults", "shared_with", "shared_models",
    "shared_by", "personal_data", "required", "changeable", "reason", "sources",
]  # fmt: skip
DOUBLES_AS_TABLE = ["kind", "name", "item", "other_model", "other", "sure", "reason"]
COMPARED = mark(
    "Compared are features of different models and tables of different jobs, as far as events and cards tell."
)
SHOWN: dict[str, Callable[[pd.DataFrame], pd.Series]] = {
    "all": lambda found: pd.Series(True, found.index),
    "shared": lambda found: found["shared_with"].notna(),
    "questionable": lambda found: found["questionable"].eq(True),
    "faulty": lambda found: found["faults"].gt(0),
}


def in_words(found: pd.DataFrame, names: Mapping[str, str], organisation: Organisation) -> pd.DataFrame:
    """Features with the names of models and teams, for readers."""

    def cared(listed: object) -> str | None:
        if not isinstance(listed, str):
            return None
        teams = organisation.teams
        owners = [one.removeprefix(TEAM) for one in listed.split(", ")]
        return ", ".join(teams[one].name.in_language(language()) if one in teams else one for one in owners)

    def known_by(one: object) -> str | None:
        return say(SHARED_BY[one]) if isinstance(one, str) else None

    return found.assign(
        name=looked_up(found["model"], lambda one: names.get(one, one)),
        feature=found["label"],
        care=looked_up(found["care"], cared),
        shared_with=looked_up(found["shared_with"], lambda one: _models(one, names)),
        shared_by=looked_up(found["shared_by"], known_by),
    )


def doubles_in_words(found: pd.DataFrame, names: Mapping[str, str], features: pd.DataFrame) -> pd.DataFrame:
    """What may be made twice, with names of models, labels of features and words for codes."""
    labels = dict(zip(zip(features["model"], features["feature"], strict=True), features["label"], strict=True))
    return found.assign(
        item=[labels.get(one, one[1]) for one in zip(found["model"], found["item"], strict=True)],
        other=[labels.get(one, one[1]) for one in zip(found["other_model"], found["other"], strict=True)],
        kind=looked_up(found["kind"], lambda one: say(KINDS[one])),
        name=looked_up(found["model"], lambda one: _models(one, names)),
        other_model=looked_up(found["other_model"], lambda one: _models(one, names)),
        sure=looked_up(found["sure"], lambda one: say(SURENESS[one])),
        place=range(len(found)),
    )  # fmt: skip


def double_line(row: Mapping[str, Any]) -> str:
    """Both sides with their models, how sure it is, and the reason."""
    sides = [
        f"**{badges.escaped(str(row[item]))}**" + (f" ({badges.escaped(row[name])})" if row[name] else "")
        for item, name in (("item", "name"), ("other", "other_model"))
    ]
    heading = f"{badges.escaped(row['kind'])} · {' · '.join(sides)} · *{badges.escaped(row['sure'])}*"
    return f"{heading}  \n{badges.escaped(row['reason'])}"


def _models(listed: object, names: Mapping[str, str]) -> str | None:
    """The names of one or several models, whose ids have commas between them."""
    return ", ".join(names.get(one, one) for one in listed.split(", ")) if isinstance(listed, str) else None


def _against_importance(found: pd.DataFrame) -> None:
    """Cost against importance, one picture for each currency, with what it says in words first."""
    title = say("Cost against importance")
    for currency in sorted(found["currency"].dropna().unique()):
        known = placed(found, currency)
        if known.empty:
            continue
        st.markdown(badges.escaped(worth(known, len(found), currency, language())))
        meaning = say(
            "Each mark is a feature of a model. What stands high on the left costs much and brings little; what costs "
            "nothing by the card stands at the bottom. Features of which cost or importance is not known are left out."
        )
        origin = layout.Origin(meaning, say("Costs of the cards, and the importance of each model's newest version."))
        layout.chart(
            f"{title} ({currency})", cost_against_importance(known, currency, layout.look()), known[AS_TABLE],
            "features", origin, f"worth_{currency}",
        )  # fmt: skip


@part
def explored(
    features: pd.DataFrame, doubles: pd.DataFrame, store: pd.DataFrame, names: Mapping[str, str],
    organisation: Organisation,
) -> None:  # fmt: skip
    """The answer, the filters, the features by cost and importance, and what may be made twice."""
    layout.sentences(*answer(features, doubles, store, language()))
    words = {
        "all": say("all features"), "shared": say("shared with another model"),
        "questionable": say("cost money and are hardly used"), "faulty": say("with faulty data"),
    }  # fmt: skip
    with layout.filter_bar(4):
        shown = filters.pick_one("features_shown", say("Show"), list(SHOWN), words.__getitem__)
        models = filters.pick_some(
            "feature_model", say("Model"), model_lists.present(features, "model"), lambda one: names.get(one, one)
        )
    found = features[SHOWN[shown](features)]
    found = model_lists.narrowed(found, {"model": models})
    layout.section(say("Features by cost and importance"))
    if found.empty:
        layout.empty(say("No such feature"), say("Choose others above."), ":material/filter_alt_off:")
    else:
        _against_importance(in_words(found, names, organisation))
        table(in_words(found, names, organisation)[AS_TABLE], "features", "features", say("Features"))
    layout.section(say("What may be made twice"))
    pairs = doubles
    if models:
        pairs = doubles[doubles["model"].isin(models) | doubles["other_model"].isin(models)]
    if pairs.empty:
        layout.empty(
            say("Nothing seems to be made twice."),
            say(COMPARED),
            ":material/verified:",
        )  # fmt: skip
        return
    _made_twice(doubles_in_words(pairs, names, features))


def _made_twice(listed: pd.DataFrame) -> None:
    """The first findings, those that say the same once with their number; all of them as a table."""
    alike = listed.groupby(["kind", "name", "item", "sure", "reason"], sort=False, dropna=False)["place"]
    for row in records(listed.assign(more=alike.transform("size") - 1)[alike.cumcount() == 0].head(READ_WHOLE)):
        with st.container(border=True, key=f"double_{row['place']}"):
            st.markdown(double_line(row))
            if row["more"]:
                st.caption(say("Others of which the same is said: {n}.", n=int(row["more"])))
    with st.expander(say("All {n} as a table", n=len(listed)), icon=":material/table:"):
        table(listed[DOUBLES_AS_TABLE], "doubles", "doubles", say("What may be made twice"))
