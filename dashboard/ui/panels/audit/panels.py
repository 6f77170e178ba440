"""The audit trail made ready for readers: names for people and models, words for actions and for what changed."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.ui.labels.actions import ACTIONS, SUBJECT_KINDS
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.panels.audit import coverage, differences
from dashboard.ui.panels.audit.differences import Reader
from dashboard.ui.session import data, reader
from dashboard.ui.session.language import language, say
from dashboard.ui.session.url_state import Days
from dashboard.ui.widgets import badges, dates
from dashboard.ui.widgets.answers import Subject
from dashboard.ui.widgets.listing import listed
from dashboard.ui.widgets.model_lists import shown_names
from dashboard.ui.widgets.names import actor_of
from dashboard.ui.widgets.narrowing import page_of_rows
from dashboard.ui.widgets.tables import download
from dashboard.views.records import records
from dashboard.views.registry import VIEWS
from dashboard.words import language_of, mark, translate

if TYPE_CHECKING:
    from dashboard.store.listed_models import ListedModel
    from dashboard.store.organisation import Organisation
    from dashboard.views.query import Query

Row = Mapping[str, Any]
DONE, REFUSED = "done", "refused"
CHANGES_SHOWN = 4
PICK_KEY = "audit"


def read(query: Query) -> pd.DataFrame:
    """What was done, and with `refused` (the reason; missing for what was done) what was refused, newest first."""
    done, refused = data.read("audit", query), data.read("refusals", query)
    frame = pd.concat([done, refused.rename(columns={"reason": REFUSED})]).reindex(columns=[*done, REFUSED, "attempts"])
    return frame.astype(object).sort_values("at", ascending=False, kind="stable", ignore_index=True)


def kinds() -> dict[str, str]:
    """What the trail can be narrowed to, as readers see it."""
    return {DONE: say("what was done"), "all": say("also what was refused"), REFUSED: say("only what was refused")}


def of_kind(trail: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The entries of one of the kinds."""
    if kind == "all":
        return trail
    return trail[trail[REFUSED].notna() == (kind == REFUSED)].reset_index(drop=True)


def with_doers(trail: pd.DataFrame, organisation: Organisation) -> pd.DataFrame:
    """The trail with `who` (one key for a person by every way), `person` (the name) and `way` (how they came in)."""
    known = {actor: actor_of(actor, organisation, language()) for actor in trail["actor"].unique()}
    found = [known[actor] for actor in trail["actor"]]
    return trail.assign(
        who=pd.Series([one.key for one in found], index=trail.index, dtype=object),
        person=pd.Series([one.name for one in found], index=trail.index, dtype=object),
        way=pd.Series([one.way for one in found], index=trail.index, dtype=object).where(
            trail["written_at"].isna(), say("demo, replayed")
        ),
    )


def span(trail: pd.DataFrame) -> Days:
    """The first and the last day (UTC) of the trail; today where it is empty."""
    if trail.empty:
        return dates.present().date(), dates.present().date()
    days = [date.fromisoformat(at[:10]) for at in (trail["at"].min(), trail["at"].max())]
    return days[0], days[1]


def doers(trail: pd.DataFrame) -> tuple[list[str], Callable[[str], str]]:
    """The keys of everybody in the trail, by name, and how each is shown."""
    names = dict(zip(trail["who"], trail["person"], strict=True))
    return sorted(names, key=lambda key: names[key].casefold()), lambda key: names.get(key, key)


def subject_name(subject: object, models: Mapping[str, ListedModel], organisation: Organisation) -> str:
    """What a record is about: a model by name, or a kind and a name; empty for nothing."""
    if not isinstance(subject, str):
        return ""
    if subject in models:
        return shown_names({subject: models[subject]}, language())[subject]
    kind, _, name = subject.partition(" ")
    if kind not in SUBJECT_KINDS:
        return subject
    kind_of_name = "person" if kind in ("access", "login") else kind
    known = organisation.find(kind_of_name, name) if kind_of_name in ("person", "process", "team") else None
    name_words = known.name if known is not None else name
    shown = name_words if isinstance(name_words, str) else name_words.in_language(language())
    return f"{say(SUBJECT_KINDS[kind])} {shown}".strip()


def answer(trail: pd.DataFrame, subjects: Mapping[str, str]) -> tuple[str, ...]:
    """What was done last, and how much by whom; `trail` newest first, as of `with_doers`."""
    subject = Subject("", language())
    if trail.empty:
        return (say("No entry matches; remove a filter or choose other days."),)
    last = trail.iloc[0]
    about = subjects.get(last["subject"], "")
    values = {
        "when": dates.moment(last["at"]), "who": str(last["person"]),
        "what": translate(ACTIONS.get(last["action"], last["action"]), language()), "about": about,
    }  # fmt: skip
    message = mark("Most recent: {what} by {who}, {when}.")
    if isinstance(last[REFUSED], str):
        message = mark("Most recent: “{what}” was refused to {who}, {when}.")
    elif about:
        message = mark("Most recent: {what} ({about}) by {who}, {when}.")
    people = list(dict.fromkeys(trail["person"]))
    further = subject.say(
        mark("{n} entries by {people}."), n=len(trail), people=listed([str(name) for name in people], language())
    )
    replayed = int(trail["written_at"].notna().sum())
    if not replayed:
        return subject.say(message, **values), further
    marked = mark("Replayed for the demo: {n}; such an entry stands for the moment shown and was written later.")
    return subject.say(message, **values), further, subject.say(marked, n=replayed)


@part
def show(trail: pd.DataFrame, models: Mapping[str, ListedModel], organisation: Organisation) -> None:
    """A page of entries in words, newest first; a picked one whole, with its exact record. The download holds all."""
    if trail.empty:
        return
    shown = page_of_rows(trail, "audit")
    reader = Reader(language(), organisation.people, models)
    changed = [_lines(row, reader) for row in records(shown)]
    picked = _table(shown, changed, models, organisation)
    download(trail.drop(columns=["who", "person", "way"]), "audit", coverage.file_name())
    if picked is None:
        st.caption(say("Select an entry to see all of it, with the exact record and its hash."))
    else:
        _entry(records(shown)[picked], changed[picked], models, organisation)


def of_model(query: Query, models: Mapping[str, ListedModel], organisation: Organisation) -> None:
    """What was recorded about the model of a query, for those who may read the trail; nothing for others."""
    if not VIEWS.get("audit").roles & reader.reader().roles:
        return
    layout.section(say("Audit trail"))
    trail = of_kind(with_doers(read(query), organisation), DONE)
    if trail.empty:
        st.caption(say("Nothing was recorded about this model yet."))
    show(trail, models, organisation)


def _lines(row: Row, reader: Reader) -> list[str]:
    """What an entry changed, or why it was refused."""
    if not isinstance(row[REFUSED], str):
        return differences.changes(row["subject"], row["before"], row["after"], reader)
    lines = [say("was refused: {reason}", reason=row[REFUSED].removesuffix("."))]
    return [*lines, say("at least {n} times within the hour", n=int(row["attempts"]))] if row["attempts"] > 1 else lines


def _title(row: Row) -> str:
    """What was done, or tried, in the reader's words."""
    what = say(ACTIONS.get(str(row["action"]), str(row["action"])))
    return say("Refused: {what}", what=what) if isinstance(row[REFUSED], str) else what


def _table(
    shown: pd.DataFrame, changed: list[list[str]], models: Mapping[str, ListedModel], organisation: Organisation
) -> int | None:
    """The entries as a table; returns the position of the one that is picked."""
    words = pd.DataFrame(
        {
            "at": pd.to_datetime(shown["at"], utc=True).dt.tz_convert(dates.zone()).dt.tz_localize(None),
            "person": shown["person"],
            "action": [_title(row) for row in records(shown)],
            "subject": [subject_name(subject, models, organisation) for subject in shown["subject"]],
            "changed": [_short(lines) for lines in changed],
            "way": shown["way"],
        }
    )
    pattern = f"{language_of(language()).table_day} HH:mm"
    zoned = say("{label} ({unit})", label=mark("At"), unit=dates.zone().key)
    config: dict[str, Any] = {
        "at": st.column_config.DatetimeColumn(zoned, format=pattern, width=150),
        "person": st.column_config.TextColumn(say("Who"), width=150),
        "action": st.column_config.TextColumn(say("What"), width=180),
        "subject": st.column_config.TextColumn(say("About"), width=170),
        "changed": st.column_config.TextColumn(say("What changed"), width=280),
        "way": st.column_config.TextColumn(say("Received via"), width=120),
    }
    event = st.dataframe(
        words, column_config=config, hide_index=True, key=PICK_KEY, alt=say("Audit trail"), placeholder="–",
        on_select="rerun", selection_mode="single-row",
    )  # fmt: skip
    rows = event["selection"]["rows"]
    return int(rows[0]) if rows and rows[0] < len(shown) else None


def _short(lines: list[str]) -> str:
    more = [say("{n} more", n=len(lines) - CHANGES_SHOWN)] if len(lines) > CHANGES_SHOWN else []
    return "; ".join([*lines[:CHANGES_SHOWN], *more])


def _entry(row: Row, lines: list[str], models: Mapping[str, ListedModel], organisation: Organisation) -> None:
    """One entry whole: what changed line by line, then the exact record."""
    about = subject_name(row["subject"], models, organisation)
    title = _title(row)
    with layout.card(f"{title}: {about}" if about else title, "entry"):
        way = f" ({row['way']})" if row["way"] else ""
        st.caption(badges.escaped(f"{row['person']}{way} · {dates.moment(row['at'])}"))
        if isinstance(row["written_at"], str):
            written = say(
                "Replayed for the demo: this entry stands for the moment above; it was really written on {moment}.",
                moment=dates.moment(row["written_at"]),
            )
            st.caption(written)
        bullets = [f"- {badges.escaped(line)}" for line in lines]
        st.markdown("\n".join(bullets) if bullets else say("The record contains no values."))
        if isinstance(row[REFUSED], str):
            st.caption(say("Nothing was written. Refusals are recorded beside the chain, not in it."))
            return
        with st.expander(say("The exact record"), icon=":material/data_object:"):
            st.caption(say("Hash of the record in the chain"))
            st.code(row["hash"], language=None)
            for side, word in (("before", say("Before")), ("after", say("After"))):
                if isinstance(row[side], str):
                    st.caption(word)
                    st.code(row[side], language="json", wrap_lines=True)
