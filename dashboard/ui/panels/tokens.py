"""The tokens of programs for readers: which there are, a new one whose key is shown once, and taking one back."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st

from dashboard.actions.tokens import NAME, key_in
from dashboard.store.engine.clock import now
from dashboard.store.organisation import Organisation
from dashboard.store.tokens import SCOPES, last_day
from dashboard.ui.session import reader
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets import badges, submit
from dashboard.ui.widgets.confirmation import Confirmation, ask
from dashboard.ui.widgets.names import actor_name
from dashboard.ui.widgets.tables import table
from dashboard.words import mark

SCOPE_WORDS: dict[str, str] = {
    "read": mark("read every view"),
    "predictions": mark("send predictions and outcomes"),
    "lineage": mark("send lineage events"),
    "events": mark("send events"),
    "cards": mark("register cards and people"),
    "actions": mark("other actions"),
    "decisions": mark("decide in the person's name: sign, rate, accept, close"),
}
STATE_WORDS: dict[str, str] = {
    "in_force": mark("in force"),
    "ends_soon": mark("ends soon"),
    "no_end": mark("without an end"),
    "ended": mark("over"),
    "revoked": mark("revoked"),
}
# What a reader hears of tokens in force; their programs are refused, or would never be.
NOTICES: dict[str, str] = {
    "ends_soon": mark("Ending within 14 days: {names}; make a new one in time."),
    "no_end": mark("Without an end: {names}; replace them by tokens with one."),
}


def sentence(tokens: pd.DataFrame) -> str:
    """How many tokens are in force, and which of them end soon or never."""
    if not len(tokens):
        return say("No program has a token yet; without one, the API answers no requests.")
    active = in_force(tokens)
    said = [say("Active tokens: {n}. Over or revoked: {over}.", n=len(active), over=len(tokens) - len(active))]
    for state, message in NOTICES.items():
        names = list(active.loc[active["state"] == state, "token"])
        if names:
            said.append(say(message, names=", ".join(names)))
    return " ".join(said)


def in_force(tokens: pd.DataFrame) -> pd.DataFrame:
    """The tokens that open something now."""
    return tokens[tokens["state"].isin(("in_force", *NOTICES))]


def listed(tokens: pd.DataFrame, organisation: Organisation) -> None:
    """The tokens in force as a table, and those taken back under it; people by name."""
    tokens = tokens.assign(
        person=[organisation.person_name(one) if isinstance(one, str) else one for one in tokens["person"]],
        created_by=[actor_name(one, organisation, language()) for one in tokens["created_by"]],
    )
    active = in_force(tokens)
    gone = tokens[~tokens.index.isin(active.index)]
    if not active.empty:
        table(_in_words(active).drop(columns="revoked_at"), "tokens", "tokens", say("Active tokens"))
    if not gone.empty:
        with st.expander(say("Tokens that are over or revoked ({n})", n=len(gone))):
            table(_in_words(gone), "tokens", "tokens_revoked", say("Tokens that are over or revoked"))


def _in_words(tokens: pd.DataFrame) -> pd.DataFrame:
    return tokens.assign(state=[say(STATE_WORDS[state]) for state in tokens["state"]])


def create_form(organisation: Organisation) -> None:
    """A new token; its key stands in a dialog this once and is kept nowhere."""
    if not reader.may("create_token"):
        submit.not_open()
        return
    own = reader.reader().person
    if own is None:
        st.caption(say("A token is made by the person in whose name it acts, or on the command line of this machine."))
        return
    words = {scope: f"{scope}: {say(SCOPE_WORDS[scope])}" for scope in SCOPES}
    with st.form("new_token", border=False, clear_on_submit=False):
        name = st.text_input(say("Name of the program"), key="token_name", max_chars=64)
        scopes = st.multiselect(
            say("Permissions"), list(words), key="token_scopes", placeholder=say("none"),
            format_func=lambda scope: words.get(scope, scope),
        )  # fmt: skip
        until = st.date_input(
            say("Valid until"), last_day(now()), min_value=now().date(), key="token_until", format="YYYY-MM-DD"
        )
        st.caption(
            say(
                "It acts in the name of {name}, opens at most what they may do, and nothing once they have left.",
                name=organisation.person_name(own),
            )
        )
        asked = st.form_submit_button(say("Create token"), icon=":material/add:")
    if not asked or not _complete(name, scopes):
        return
    done = submit.attempt("create_token", {"name": name, "scopes": scopes, "person": own, "until": until})
    if done is not None:
        _show_key(name, key_in(done))


def revoke_form(tokens: pd.DataFrame) -> None:
    """Take a token back, after a second click."""
    active = list(in_force(tokens)["token"])
    if not active:
        st.caption(say("No token is active."))
        return
    if not reader.may("revoke_token"):
        submit.not_open()
        return
    with st.form("revoke_token", border=False):
        name = st.selectbox(say("Token"), active, key="revoked_token")
        asked = st.form_submit_button(say("Revoke"), icon=":material/delete:")
    if asked:
        _ask_revoking(str(name))


def _complete(name: str, scopes: Sequence[str]) -> bool:
    if NAME.fullmatch(name) and scopes:
        return True
    rule = say("A token needs a name of letters, digits, dots, dashes or underscores, and at least one permission.")
    st.error(rule, icon=":material/error:")
    return False


def _show_key(name: str, key: str) -> None:
    def show() -> None:
        st.markdown(say("The key of **{name}**. Copy it now: it is never shown again.", name=badges.escaped(name)))
        st.code(key, language=None, wrap_lines=True)
        st.caption(say("The program sends it as “Authorization: Bearer KEY”; the store keeps its hash only."))

    st.dialog(say("New token"), on_dismiss="rerun")(show)()


def _ask_revoking(name: str) -> None:
    consequences = (say("The program that uses **{name}** is refused from now on.", name=badges.escaped(name)),)
    ask(
        Confirmation(say("Revoke a token"), consequences, "revoke_token", {"name": name}, say("The token was revoked."))
    )
