"""What stands between a reader and the pages: who they are, signing in and out, whom they play where nobody logs in."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from dashboard.access.login import configured_login
from dashboard.access.principal import Principal
from dashboard.access.sessions import SignedOutError, end_session, session_key
from dashboard.store.sessions import list_logins
from dashboard.ui.labels.people import ACCESS_ROLES
from dashboard.ui.session import reader as who
from dashboard.ui.session.home import open_home
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import Page
from dashboard.ui.session.url_state import get_param, set_param
from dashboard.ui.widgets import badges, dates
from dashboard.ui.widgets.confirmation import Confirmation, ask, times

KEY = "pick_acting_as"


def who_reads() -> Principal | SignedOutError:
    """The reader of this run, or why nobody is one."""
    try:
        return who.reader()
    except SignedOutError as over:
        return over


def lets_in(reader: Principal | SignedOutError) -> bool:
    """Show who reads, and whether anything is open to them; where nothing is, the page says what to do."""
    if isinstance(reader, SignedOutError):
        _signed_out(reader)
        return False
    if who.exposure().reading_only:
        warning = say("No login: everybody who reaches this address reads everything here. Nothing can be changed.")
        st.error(warning, icon=":material/lock_open:")
    if not reader.roles:
        _no_role(reader)
        return False
    return True


def who_looks(reader: Principal) -> None:
    """Who looks, in the bar on top of every page: the way out or, where nobody logs in, whom to play."""
    if configured_login() is None:
        _switcher()
    else:
        _card(reader)


def closed(page: Page) -> None:
    """Say that a page is for others."""
    st.title(say(page.title), anchor=False)
    roles = ", ".join(say(ACCESS_ROLES[role]) for role in page.roles)
    st.info(say("This page is for these roles only: {roles}.", roles=roles), icon=":material/lock:")


def _signed_out(over: SignedOutError) -> None:
    with st.container(border=True, width=520, key="signed_out"):
        st.title(say("Sign in"), anchor=False)
        st.markdown(over.sentence.render(language()))
        st.button(say("Sign in"), type="primary", icon=":material/login:", on_click=st.login, key="sign_in")


def _no_role(reader: Principal) -> None:
    with st.container(border=True, width=640, key="no_role"):
        st.title(say("Nothing is open to you yet"), anchor=False)
        name = badges.escaped(_name(reader))
        st.markdown(say("You are signed in as **{name}**, but you have no role.", name=name))
        asked = ", ".join(who.administrators())
        if asked:
            st.markdown(say("Ask one of the administrators for access: {names}.", names=badges.escaped(asked)))
        else:
            st.markdown(say("Ask whoever runs this dashboard for access."))


def _card(reader: Principal) -> None:
    """Who is logged in, with which roles, and the way out."""
    roles = ", ".join(say(ACCESS_ROLES[role]) for role in ACCESS_ROLES if role in reader.roles)
    name, key = badges.escaped(_name(reader)), f"reader_{times()}"
    with st.container(key="reader", width="content"), st.popover(name, icon=":material/account_circle:", key=key):
        st.caption(badges.escaped(roles) if roles else say("no role"))
        if reader.models is not None:
            st.caption(say("visible models: {n}", n=len(reader.models)))
        st.button(say("Sign out"), icon=":material/logout:", on_click=_sign_out, key="sign_out", type="tertiary")
        _logins(reader)


def _logins(reader: Principal) -> None:
    """Where else the reader is logged in, and the way to end one or all of it: after a lost device, or in doubt."""
    found = list_logins(open_home(), reader.person or reader.actor)
    if not found:
        return
    mine = session_key(who.claims())
    st.caption(say("Your logins"))
    for login in found:
        shown = login_words(login.browser, login.begun_at.isoformat())
        if login.key == mine:
            st.markdown(badges.escaped(say("{login} (this one)", login=shown)))
            continue
        with st.container(horizontal=True, vertical_alignment="center", key=f"login_{login.key[:12]}"):
            st.markdown(badges.escaped(shown), width="stretch")
            if reader.person and st.button(say("End"), key=f"end_login_{login.key[:12]}", type="tertiary"):
                consequence = say("This login ends now: {login}. Its browser has to sign in again.", login=shown)
                _ask_ending(consequence, say("The login has ended."), {"person": reader.person, "login": login.key})
    if reader.person and st.button(say("End all my logins"), icon=":material/phonelink_erase:", key="end_my_logins"):
        consequence = say("All your logins end now, this one too. Every browser has to sign in again.")
        _ask_ending(consequence, say("All your logins have ended."), {"person": reader.person})


def _ask_ending(consequence: str, success: str, values: Mapping[str, object]) -> None:
    payload = {**values, "reason": "ended by the person themselves"}
    ask(Confirmation(say("End logins"), (badges.escaped(consequence),), "end_sessions", payload, success))


def login_words(browser: str, begun_at: str) -> str:
    """A login as people know it: the browser, and since when."""
    return say("{where}, since {moment}", where=browser or say("a browser"), moment=dates.moment(begun_at))


def _sign_out() -> None:
    """End the login, then let the browser forget its cookie: by itself the address of the latter ends nothing."""
    login = configured_login()
    if login is not None:
        end_session(open_home(), who.claims(), login)
    st.logout()


def _name(reader: Principal) -> str:
    if configured_login() is None:
        return who.name_of(reader.person) if reader.person else reader.actor
    named = who.claims().get("name") or who.claims().get("email")
    return str(named or reader.person or reader.actor.removeprefix("login:"))


def _switcher() -> None:
    """Without a login on this machine: whom the reader plays, kept in the address."""
    if who.exposure().reading_only:
        return
    known, played = who.players(), get_param(who.PERSON) or ""
    names = {"": say("whoever runs it")} | dict(sorted(known.items(), key=lambda entry: entry[1]))
    if played not in names:
        names[played] = who.name_of(played)
    st.session_state[KEY] = played
    set_param(who.PERSON, played or None)
    with st.popover(badges.escaped(names[played]), icon=":material/account_circle:", key="switcher"):
        st.selectbox(
            say("Look around as"), list(names), format_func=lambda person: names.get(person, person), key=KEY,
            on_change=_take_player,
        )  # fmt: skip
        st.caption(f":material/no_accounts: {say('There is no login: whoever uses this machine may choose anybody.')}")


def _take_player() -> None:
    set_param(who.PERSON, st.session_state[KEY] or None)
