"""The days that the drift tab looks at: by default the judged period, and what is said where they are reference."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd
import streamlit as st

from dashboard.periods import period_end, period_start
from dashboard.ui.panels.model import record, rows
from dashboard.ui.session.language import language, say
from dashboard.ui.session.selection import Picked, Reference
from dashboard.ui.session.url_state import Days, get_param
from dashboard.ui.widgets import badges
from dashboard.ui.widgets.answers import Answer, Subject
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard


def judged(status: pd.DataFrame) -> Days | None:
    """The period that the status of record is about; None where none could be judged. `status` as of the view."""
    period = next(iter(status.loc[(status["area"] == "drift") & status["period"].notna(), "period"]), None)
    return None if period is None else (period_start(period).date(), period_end(period))


def tell(shown: Answer, card: ModelCard, explored: Picked, picked: Picked, reference: Reference) -> None:
    """What the window says, and loudly where it shares days with the reference.

    `explored` holds what the reader chose; in `picked` the judged period stands for no choice.
    """
    held_against, subject = rows.reference_days(card, reference), rows.subject(card, language())
    if picked.window is None:
        return
    own = not explored.is_usual() or any(get_param(word) for word in ("reference", "method"))
    record.window(_beside(shown, picked.window, held_against, subject), picked.window, own=own)
    if held_against is not None and _meet(picked.window, held_against):
        shared = say(
            "Your window shares days with the reference ({first} to {last}): there, the data is compared with itself.",
            first=held_against[0],
            last=held_against[1],
        )
        st.warning(badges.escaped(shared), icon=":material/join_inner:")


def _meet(window: Days, reference: Days) -> bool:
    return window[1] >= reference[0] and window[0] <= reference[1]


def _beside(shown: Answer, window: Days, reference: Days | None, subject: Subject) -> Answer:
    """What the window says; nothing where all of it is the reference itself."""
    if reference is None or window[0] < reference[0] or window[1] > reference[1]:
        return shown
    sentence = mark("These days belong to the reference of {model}, so there is nothing to compare.")
    return Answer("unknown", subject.say(sentence, model=subject.name))
