"""The part of the model page about what people decided: discussion, risks, sign-offs."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dashboard.ui import data, discussion, frame, risk_panels, sign_offs
from dashboard.ui.language import say

if TYPE_CHECKING:
    import pandas as pd

    from dashboard.views.query import Query


def accountability(query: Query, status: pd.DataFrame) -> None:
    """Decisions and discussion, risks and sign-offs of the model of a query, each with the way to its own page."""
    frame.section(say("Decisions and discussion"))
    discussion.part(query, status)
    frame.section(say("Risks"))
    risk_panels.of_model(data.read("risk", query))
    frame.section(say("Sign-offs"))
    sign_offs.short(data.read("sign-offs", query))
