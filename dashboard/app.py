"""The frame around every page: language, menu, the bar on top, the page itself, and errors as messages."""

from __future__ import annotations

import streamlit as st

from dashboard.access.sessions import SignedOutError
from dashboard.resources import PACKAGE
from dashboard.ui.layout import faults, header, jobs, renewal, sign_in_gate
from dashboard.ui.session import as_of
from dashboard.ui.session.language import begin_run, language, say, tell_browser
from dashboard.ui.session.page_registry import OF_ONE_MODEL, SECTIONS, find_pages
from dashboard.ui.session.url_state import set_param
from dashboard.ui.widgets import confirmation, submit

STATIC = PACKAGE / "static"
SIDEBAR_WIDTH = 230

# The icon comes first: set after the menu, the browser would fetch the page's icon from the internet.
st.set_page_config(page_icon=str(STATIC / "icon.png"), layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)

begin_run()
pages = find_pages()
reader = sign_in_gate.who_reads()
roles = frozenset[str]() if isinstance(reader, SignedOutError) else reader.roles
menu = {
    say(section): [
        st.Page(
            path,
            title=say(page.title),
            icon=page.icon,
            url_path=page.url_path,
            help=say(page.question),
            default=page.order == 0,
            visibility="visible" if page.open_to(roles) and not page.is_tab() else "hidden",
        )
        for path, page in pages
        if page.section == section
    ]
    for section in (*SECTIONS, OF_ONE_MODEL)
    if any(page.section == section for _, page in pages)
}
# Every page is registered for everybody: an address must be there before the login, too.
chosen = st.navigation(menu, position="sidebar" if roles else "hidden", expanded=True)
opened = next(page for _, page in pages if page.url_path == (chosen.url_path or pages[0][1].url_path))
st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "icon.png"))
set_param("lang", language())
tell_browser(language())
header.bar(reader, opened)
if roles:
    with st.sidebar:
        jobs.under_way()
submit.tell_done()
as_of.notice()
with faults.errors_shown():
    if roles:
        renewal.notice()
        confirmation.show_asked(opened.url_path)
    if sign_in_gate.lets_in(reader):
        if opened.open_to(roles):
            chosen.run()
        else:
            sign_in_gate.closed(opened)
