"""The promise of a model: what holds now and by whose word, every line before it, and the form for a new one."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import streamlit as st

from dashboard.charts.promise import promise_over_time
from dashboard.charts.value import money
from dashboard.governance.causes.outside import OUTSIDE
from dashboard.schema.times import FIRST_YEAR
from dashboard.ui.labels.promises import PROMISE_SOURCES, PROMISE_STATES
from dashboard.ui.layout import layout
from dashboard.ui.layout.faults import part
from dashboard.ui.layout.layout import Origin
from dashboard.ui.panels.model import rows
from dashboard.ui.session import as_of, data, reader
from dashboard.ui.session.language import day_pattern, language, say
from dashboard.ui.widgets import badges, dates, submit
from dashboard.ui.widgets.confirmation import Confirmation, ask
from dashboard.ui.widgets.names import imported_note
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.words import day

if TYPE_CHECKING:
    from dashboard.schema.card.card import ModelCard
    from dashboard.store.organisation import Organisation

SHOWN = ["from", "until", "per_month", "currency", "signed_by", "signed_at", "reason", "state", "source", "backdated"]
Row = dict[str, Any]


def history(found: pd.DataFrame, card: ModelCard) -> None:
    """What is promised now, and every line on a chart and as a table; `found` has the columns of `promises`."""
    layout.section(say("What it is to be worth"))
    if found.empty:
        layout.empty(
            say("Nothing has been promised"),
            say(
                "Estimate what the model brings the business per month, beyond what is done without it. Whoever is "
                "accountable for the model signs it here; the realised value is compared with it."
            ),
            ":material/handshake:",
        )
        return
    for row in records(found[found["state"] == "in_force"]):
        st.markdown(badges.escaped(in_words(row)))
        if row["signed_by"] is None:
            st.markdown(f":orange-badge[:material/draw: {say('Nobody has signed this promise')}]")
    with_names = named(found)
    known = rows.history(data.read("timeline", Query(model=card.id, language=language())), language())
    outside = known[known["kind"] == OUTSIDE]
    figure = promise_over_time(with_names, as_of.day() or dates.present().date(), outside, layout.look())
    states = [say(PROMISE_STATES[one]) for one in found["state"]]
    shown = with_names[SHOWN].assign(signed_by=with_names["signer"], state=states)
    layout.chart(say("Promised per month"), figure, shown, "promises", origin(), "promises")


def named(found: pd.DataFrame) -> pd.DataFrame:
    """Lines with `signer` (name and how it came here), and their codes in words."""
    organisation = data.organisation()
    signers = [_signer(row, organisation) for row in records(found)]
    return found.assign(
        signer=pd.Series(signers, index=found.index, dtype=object),
        source=[say(PROMISE_SOURCES[one]) for one in found["source"]],
        reason=found["reason"].where(found["reason"].notna(), None),
    )


def _signer(row: Row, organisation: Organisation) -> str | None:
    """Who signed a line, and who imported it; None where neither is known."""
    name = organisation.person_name(row["signed_by"]) if row["signed_by"] else ""
    return " · ".join(filter(None, (name, imported_note(row["imported_by"], organisation, language())))) or None


def in_words(row: Row) -> str:
    """A line in force as a sentence."""
    values = {
        "amount": money(row["per_month"], row["currency"], language()),
        "person": data.organisation().person_name(row["signed_by"]) if row["signed_by"] else "",
        "day": day(date.fromisoformat(row["from"]), language()) if row["from"] else "",
    }
    if row["signed_by"]:
        if row["from"]:
            return say("{person} promised {amount} per month from {day} on.", **values)
        return say("{person} signed {amount} per month, from the beginning.", **values)
    if row["from"]:
        return say("{amount} per month are stated from {day} on.", **values)
    return say("The card states {amount} per month from the beginning.", **values)


def origin() -> Origin:
    """How we know the lines."""
    return Origin(
        say(
            "The amount that the model is to bring per month. A solid line counts on those days; dotted is what had "
            "been promised before. A hollow mark is a line that nobody signed."
        ),
        say(
            "The model card, and promises by whoever is accountable for the model. A line is never changed: a later "
            "one takes its place, with its own reason and signature."
        ),
    )


@part
def form(found: pd.DataFrame, card: ModelCard) -> None:
    """The form for a new line, or why this reader cannot."""
    if not reader.may("promise", card.id):
        submit.not_open()
        return
    currency = card.business.value.currency if card.business.value else None
    with st.expander(say("Promise another value"), icon=":material/handshake:", expanded=found.empty):
        left, right = st.columns(2)
        label = say("Amount per month ({currency})", currency=currency) if currency else say("Amount per month")
        amount = left.number_input(label, value=None, step=100.0, format="%.0f", key="promise_amount")
        start = right.date_input(
            say("From"),
            value=dates.present().date(),
            key="promise_start",
            format=day_pattern(),
            min_value=date(FIRST_YEAR, 1, 1),
        )
        reason = st.text_area(say("Why"), key="promise_reason", max_chars=5_000)
        if st.button(say("Promise"), type="primary", key="promise_record", disabled=amount is None):
            _confirm(card, {"per_month": amount, "start": start, "reason": reason}, currency)


def _confirm(card: ModelCard, values: dict[str, Any], currency: str | None) -> None:
    """Ask to confirm the promise as a sentence: it is signed and stays."""
    details = {
        "model": card.name.in_language(language()),
        "amount": money(values["per_month"], currency, language()),
        "day": day(values["start"], language()),
    }
    message = say("I promise {amount} per month by {model}, from {day} on.", **details)
    stays = say("The promise carries your name. It stays visible, also when a later one takes its place.")
    sentences = [badges.escaped(message), stays]
    if values["start"] < dates.present().date():
        sentences.append(say("It begins in the past: everybody sees that it was stated afterwards."))
    payload = {"model": card.id, **values, "start": values["start"].isoformat()}
    ask(Confirmation(say("Promise"), tuple(sentences), "promise", payload, say("The promise is recorded.")))
