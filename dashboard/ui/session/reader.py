"""Who reads this page, on every run and before every action anew, and what is open to them."""

from __future__ import annotations

import getpass
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

import streamlit as st

from dashboard.access.exposure import Exposure, everybody_allowed
from dashboard.access.login import Login, configured_login
from dashboard.access.persons import person_principal
from dashboard.access.principal import Principal, anybody, operator
from dashboard.access.rights import is_open
from dashboard.access.sessions import check_times, open_session, session_key
from dashboard.store.engine.clock import now
from dashboard.ui.session import as_of
from dashboard.ui.session.home import home, open_home
from dashboard.ui.session.url_state import get_param

if TYPE_CHECKING:
    from dashboard.store.engine.database import Store

# The word of the address that says whom a reader plays where there is no login.
PERSON = "as"
PRINCIPALS_KEPT = 500


def reader() -> Principal:
    """The reader of this run of the page; raises SignedOutError when their login does not hold any more."""
    login = configured_login()
    if login is not None:
        return _logged_in(claims(), login)
    if exposure().reading_only:
        return anybody()
    played = get_param(PERSON)
    if played is None:
        return replace(operator(f"local:{_account()}"), at_command_line=False)
    return _person(open_home(), str(home()), open_home().version, now().date(), played)


def may(action: str, model: str | None = None) -> bool:
    """Whether the reader may do an action now, and sees the model; the action itself checks again.

    While the pages show the past, nothing may be done.
    """
    from dashboard.actions.registry import ACTIONS

    principal = reader()
    open_now = as_of.day() is None and is_open(principal, ACTIONS.get(action))
    return open_now and (model is None or principal.sees(model))


def may_read(view: str) -> bool:
    """Whether a view is open to the reader at all; `run_view` checks again."""
    from dashboard.views.registry import VIEWS

    return is_open(reader(), VIEWS.get(view))


def exposure() -> Exposure:
    """How this server is exposed. Without an address Streamlit listens everywhere."""
    host = str(st.get_option("server.address") or "0.0.0.0")  # noqa: S104 - compared with, never bound to
    return Exposure(host, configured_login(), everybody_allowed())


def claims() -> Mapping[str, object]:
    """What the login provider says about the reader, as it came with the login cookie."""
    return st.user.to_dict()


def administrators() -> list[str]:
    """The names of those whom a reader may ask for access, as they are registered."""
    from dashboard.store.grants import list_grants
    from dashboard.store.organisation import get_organisation

    store = open_home()
    known = get_organisation(store)
    found = [person for person, recorded in list_grants(store).items() if "admin" in recorded.grant.roles]
    return [known.person_name(person) for person in found]


def name_of(person: str) -> str:
    """The name of a registered person, or the id when nobody of that id is registered."""
    from dashboard.store.organisation import get_organisation

    return get_organisation(open_home()).person_name(person)


def players() -> dict[str, str]:
    """Whom a reader may play where there is no login: the registered people with a grant, by id, with their names."""
    store = open_home()
    return _players(store, str(home()), store.version)


def _logged_in(claims: Mapping[str, object], login: Login) -> Principal:
    """Times are compared on every call; what the ledger says is read anew when it changed, and every day."""
    check_times(claims, login)
    store = open_home()
    return _session(store, str(home()), store.version, now().date(), session_key(claims), (claims, login))


@st.cache_resource(show_spinner=False, max_entries=PRINCIPALS_KEPT)
def _session(
    _open_store: Store,
    home_directory: str,
    version: int,
    today: date,
    key: str,
    _claims_of_login: tuple[Mapping[str, object], Login],
) -> Principal:
    return open_session(_open_store, *_claims_of_login).principal


@st.cache_resource(show_spinner=False, max_entries=PRINCIPALS_KEPT)
def _person(_open_store: Store, home_directory: str, version: int, today: date, person: str) -> Principal:
    return person_principal(_open_store, person, f"switcher:{person}")


@st.cache_resource(show_spinner=False, max_entries=4)
def _players(_open_store: Store, home_directory: str, version: int) -> dict[str, str]:
    from dashboard.store.grants import list_grants
    from dashboard.store.organisation import get_organisation

    known = get_organisation(_open_store)
    granted = [person for person, recorded in list_grants(_open_store).items() if recorded.grant.roles]
    return {person: known.person_name(person) for person in granted}


def _account() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
