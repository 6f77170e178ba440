"""The part of the model page about what people decided: discussion, risks, sign-offs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.ui.layout import layout
from dashboard.ui.panels.discussion import panels as discussion
from dashboard.ui.panels.risk import panels as risk_panels
from dashboard.ui.panels.sign_offs import panels as sign_offs
from dashboard.ui.session import data
from dashboard.ui.session.language import say

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.views.query import Query


def accountability(query: Query, status: pd.DataFrame) -> None:
    """Decisions and discussion, risks and sign-offs of the model of a query, each with the way to its own page."""
    layout.section(say("Decisions and discussion"))
    discussion.part(query, status)
    layout.section(say("Risks"))
    risk_panels.of_model(data.read("risk", query))
    layout.section(say("Sign-offs"))
    sign_offs.short(data.read("sign-offs", query))
