"""What a reader hears when something is refused or fails: one sentence in their language."""

from __future__ import annotations

import streamlit as st

from dashboard.errors import (
    DashboardError,
    ForbiddenError,
    InputRefusedError,
    MachineError,
    NotFoundError,
    StoreDamagedError,
    StoreInUseError,
    StoreReopeningError,
)
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges
from dashboard.words import mark

WORDS: dict[type[DashboardError], str] = {
    StoreReopeningError: mark("The ledger is being reopened; try again in a moment."),
    StoreInUseError: mark("The ledger is being reopened; try again in a moment."),
    NotFoundError: mark("What this is about is not there, or no longer; load the page again."),
    StoreDamagedError: mark(
        "The ledger does not hold what was recorded. Please tell whoever runs the dashboard: “verify” names what "
        "differs."
    ),
}


def show(error: DashboardError) -> None:
    """Draw an error where it is called."""
    icon = ":material/lock:" if isinstance(error, ForbiddenError) else ":material/error:"
    for sentence in sentences(error):
        st.error(badges.escaped(sentence), icon=icon)


def sentences(error: DashboardError) -> list[str]:
    """What an error says to people; a sentence for each fault of an input."""
    if isinstance(error, InputRefusedError):
        return [problem.sentence.render(language()) if problem.sentence else str(problem) for problem in error.problems]
    if isinstance(error, ForbiddenError):
        return [error.sentence.render(language())]
    if isinstance(error, MachineError):
        cause = say(error.words or "The machine that runs this dashboard fails.")
        return [f"{cause} {say('Nothing was changed; please tell whoever runs the dashboard.')}"]
    known = next((words for kind, words in WORDS.items() if isinstance(error, kind)), None)
    return [str(error) if known is None else say(known)]
