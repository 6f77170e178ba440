"""What earlier versions brought, each by cases before and after it went into production."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from dashboard.charts.metrics import metric_name
from dashboard.ui.labels.retraining import MONEY_PER_CASE
from dashboard.ui.layout import layout
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.tables import table

SHOWN = [
    "version", "replaced", "changed_on", "measure", "before", "after", "difference", "low", "high", "helped",
    "labelled_before", "labelled_after",
]  # fmt: skip


def versions(found: pd.DataFrame, recommended: pd.DataFrame) -> None:
    """Each change of the version with its effect; `found` has the columns of `retraining-history`."""
    if recommended.empty:
        return
    layout.section(say("What earlier versions brought"))
    if found.empty:
        st.caption(
            badges.escaped(
                say("No version has been replaced in production yet, so it is not known whether training helps here.")
            )
        )
        return
    helped = [say("too few outcomes") if pd.isna(one) else say("yes") if one else say("no") for one in found["helped"]]
    measures = [
        say(MONEY_PER_CASE) if one == "money" else metric_name(str(one), language()) for one in found["measure"]
    ]
    shown = found[SHOWN].assign(helped=helped, measure=measures)
    table(shown, "retraining-history", "retraining_history", say("What earlier versions brought"))
