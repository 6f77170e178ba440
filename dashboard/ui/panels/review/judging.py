"""One case at a time: what the model said and on which inputs, and the buttons and keys that judge it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.schema.times import parse_instant
from dashboard.store.engine.clock import now
from dashboard.ui.labels.feedback import VERDICT_ICONS, VERDICTS, WHYS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.review import case, keys
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.url_state import get_param, set_param
from dashboard.ui.widgets import badges, dates, submit
from dashboard.views.query import Query
from dashboard.views.records import records

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard

# The case that is shown, as a word of the address; when it was first shown, by case.
CASE, SHOWN_AT = "case", "review_shown_at"
LONGEST_SECONDS = 3_600


@dataclass(frozen=True)
class Place:
    """The case that the reader looks at: its row of the queue (with its `name`), its place in it, and all of it."""

    row: Mapping[str, Any]
    position: int
    queue: list[dict[str, Any]]

    @property
    def judged(self) -> bool:
        """Return whether the reader has judged the case."""
        return isinstance(self.row["verdict"], str)


@part
def judging(card: ModelCard) -> None:
    """The reader's cases: how to begin, one case at a time, and what to do once all are judged."""
    person = reader.reader().person
    if not reader.may("start_review", card.id) or person is None:
        layout.empty(
            say("You cannot judge cases here"),
            say("Judging stands in a person's name and needs a role that may do so; ask an administrator for it."),
            ":material/lock:",
        )
        return
    found = records(data.read("review-queue", Query(model=card.id, person=person, language=language())))
    queue = [{**row, "name": _name(row, found)} for row in found]
    if not queue:
        _begin(card)
        return
    judged = sum(isinstance(row["verdict"], str) for row in queue)
    st.progress(judged / len(queue), say("{judged} of {n} cases are judged", judged=judged, n=len(queue)))
    place = _place(queue)
    if judged == len(queue) and get_param(CASE) is None:
        _done(card, queue)
        return
    _case(card, place)


def _place(queue: list[dict[str, Any]]) -> Place:
    """The case of the address, else the first one that is open."""
    wanted = get_param(CASE)
    named = next((number for number, row in enumerate(queue) if row["name"] == wanted), None)
    first_open = next((number for number, row in enumerate(queue) if not isinstance(row["verdict"], str)), 0)
    position = first_open if named is None else named
    return Place(queue[position], position, queue)


def _name(row: Mapping[str, Any], queue: list[dict[str, Any]]) -> str:
    """What names a case in the address and among widgets: its id, or all that tells it from others of its id."""
    plain = str(row["prediction"])
    alone = sum(other["prediction"] == plain for other in queue) == 1
    return plain if alone else f"{plain}@{row['version']}@{row['predicted_at']}"


def _begin(card: ModelCard) -> None:
    with st.container(border=True, key="review_begin"):
        st.markdown(f"##### :material/rate_review: {say('No case is waiting for you')}")
        st.markdown(
            say(
                "Get the next cases: some drawn at random, which show how often the model is right, and some from "
                "which much can be learned. Each is saved as soon as you judge it; you can stop and go on at any time."
            )
        )
        _more(card)


def _more(card: ModelCard) -> None:
    st.button(
        say("Get cases"), key="review_start", type="primary", icon=":material/playlist_add:", shortcut="Enter",
        on_click=_start, args=(card.id,),
    )  # fmt: skip


def _start(model: str) -> None:
    """Callback: get the next cases."""
    set_param(CASE, None)
    with st.spinner(say("Picking cases …")):
        submit.attempt("start_review", {"model": model})


def _done(card: ModelCard, queue: list[dict[str, Any]]) -> None:
    counts = {verdict: sum(row["verdict"] == verdict for row in queue) for verdict in VERDICTS}
    with st.container(border=True, key="review_done"):
        st.markdown(f"##### :material/task_alt: {say('All cases are judged. Thank you.')}")
        st.markdown(say("{right} right, {wrong} wrong, {unsure} unsure.", **counts))
        with st.container(horizontal=True):
            _more(card)
            st.button(
                say("Look at them again"), key="review_again", icon=":material/undo:", on_click=_go,
                args=(queue[-1]["name"],), shortcut="K",
            )  # fmt: skip
        layout.link("feedback", say("What became of it"), ":material/forum:")


def _case(card: ModelCard, place: Place) -> None:
    prediction, version = str(place.row["prediction"]), str(place.row["version"])
    made_at = parse_instant(place.row["predicted_at"])
    st.session_state.setdefault(SHOWN_AT, {}).setdefault(place.row["name"], now())
    asked = Query(
        model=card.id, prediction=prediction, version=version, predicted_at=made_at, language=language(),
    )  # fmt: skip
    rows = data.read("review-case", asked)
    with st.container(border=True, key="review_case"):
        _heading(card, place)
        case.decision(card, rows)
        case.inputs(card, rows)
    if place.judged:
        _judged(card, place)
    else:
        _verdicts(card, place, rows)
    _moves(place)
    case.explanation(card, asked, judged=place.judged)
    keys.right_key()


def _heading(card: ModelCard, place: Place) -> None:
    names = {"position": place.position + 1, "n": len(place.queue)}
    parts = [say("Case {position} of {n}", **names), place.row["prediction"], say(WHYS[place.row["why_picked"]])]
    if card.data.by_instant:
        parts.insert(2, say("made on {day}", day=dates.moment(place.row["predicted_at"])))
    if place.row["name"] != place.row["prediction"]:
        parts.insert(2, say("version {version}", version=place.row["version"]))
    st.caption(badges.escaped(" · ".join(parts)))


def _judged(card: ModelCard, place: Place) -> None:
    verdict = place.row["verdict"]
    with st.container(horizontal=True, vertical_alignment="center", key="review_judged"):
        st.markdown(f"{VERDICT_ICONS[verdict]} **{say('You said: {verdict}', verdict=say(VERDICTS[verdict]))}**")
        st.button(
            say("Undo"), key="review_undo", icon=":material/undo:", shortcut="Z", on_click=_undo,
            args=(card.id, place.row["feedback"], place.row["name"]),
        )  # fmt: skip


def _verdicts(card: ModelCard, place: Place, rows: pd.DataFrame) -> None:
    """The three verdicts with their keys, and what may be said beside them; each saves at once."""
    case.further(card, place.row["name"], rows)
    with st.container(horizontal=True, key="review_verdicts"):
        # R belongs to the browser's page; keys.right_key presses this button for it.
        st.button(
            f"{say('Right')} (R)", key="review_right", icon=VERDICT_ICONS["right"],
            on_click=_save, args=(card, place, "right"),
        )  # fmt: skip
        for verdict, key in (("wrong", "W"), ("unsure", "U")):
            st.button(
                say(VERDICTS[verdict]), key=f"review_{verdict}", icon=VERDICT_ICONS[verdict], shortcut=key,
                on_click=_save, args=(card, place, verdict),
            )  # fmt: skip


def _moves(place: Place) -> None:
    before, after = place.position > 0, place.position + 1 < len(place.queue)
    last = [row for row in place.queue if isinstance(row["verdict"], str)]
    with st.container(horizontal=True, key="review_moves"):
        st.button(
            say("Previous"), key="review_previous", icon=":material/arrow_back:", shortcut="K", disabled=not before,
            on_click=_go, args=(place.queue[place.position - 1]["name"],),
        )  # fmt: skip
        following = place.queue[place.position + 1]["name"] if after else None
        st.button(
            say("Next"), key="review_next", icon=":material/arrow_forward:", shortcut="J",
            on_click=_go, args=(following,), disabled=not after and len(last) < len(place.queue),
        )  # fmt: skip
        st.button(
            say("Next open case"), key="review_open", shortcut="Enter", on_click=_go, args=(None,),
            icon=":material/keyboard_return:",
        )  # fmt: skip


def _go(name: str | None) -> None:
    """Callback: show a case; None: the first open one, or that all are judged."""
    set_param(CASE, name)


def _save(card: ModelCard, place: Place, verdict: str) -> None:
    """Callback: save a judgement and go to the next case."""
    name = str(place.row["name"])
    begun = st.session_state.get(SHOWN_AT, {}).get(name)
    seconds = min(LONGEST_SECONDS, (now() - begun).total_seconds()) if begun is not None else None
    values: dict[str, object] = {
        "model": card.id, "verdict": verdict, "seconds": seconds,
        **{field: place.row[field] for field in ("prediction", "version", "predicted_at")},
        **case.said(card, name, verdict),
    }  # fmt: skip
    if submit.attempt("give_feedback", values) is not None:
        st.toast(say("Saved: {verdict}", verdict=say(VERDICTS[verdict])), icon=VERDICT_ICONS[verdict])
        set_param(CASE, None)


def _undo(model: str, feedback: str, name: str) -> None:
    """Callback: take a judgement back, and show its case again."""
    if submit.attempt("withdraw_feedback", {"model": model, "feedback": feedback}) is not None:
        set_param(CASE, name)
