"""The audit trail made ready for readers: names of models, words for actions, filters, the table."""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd
import streamlit as st

from dashboard.ui.language import language, say
from dashboard.ui.tables import table
from dashboard.ui.terms import COLUMNS
from dashboard.words import mark

ACTIONS: dict[str, str] = {
    "begin_chain": mark("Chain begun"),
    "ingest_actuals": mark("Outcomes added"),
    "ingest_events": mark("Events added"),
    "ingest_predictions": mark("Predictions added"),
    "monitor": mark("Figures brought up to date"),
    "create_token": mark("Token created"),
    "register": mark("Cards or people registered"),
    "revoke_token": mark("Token revoked"),
}


def show(trail: pd.DataFrame, names: Mapping[str, str]) -> None:
    """The trail as a table, newest first, with its download."""
    st.caption(say("{n} entries of the audit trail", n=len(trail)))
    shown = trail.assign(
        subject=[names.get(subject, subject) for subject in trail["subject"]],
        action=[say(ACTIONS.get(action, action)) for action in trail["action"]],
    )
    pattern = "DD.MM.YYYY HH:mm:ss" if language() == "de" else "D MMM YYYY HH:mm:ss"
    config = {"at": st.column_config.DatetimeColumn(say(COLUMNS["at_utc"]), format=pattern)}
    table(shown, "audit", say("Audit trail"), config)
