"""The frame around every page: language, menu, the page itself, and errors as messages."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from dashboard.api.exposure import everybody_allowed
from dashboard.ui import acting, filters, frame, jobs
from dashboard.ui.language import say, tell_browser
from dashboard.ui.pages import SECTIONS, find_pages

STATIC = Path(__file__).resolve().parent / "static"
SIDEBAR_WIDTH = 230

# The icon comes first: set after the menu, the browser would fetch the page's icon from the internet.
st.set_page_config(page_icon=str(STATIC / "icon.png"), layout="wide", initial_sidebar_state=SIDEBAR_WIDTH)

pages = find_pages()
menu = {
    say(section): [
        st.Page(
            path,
            title=say(page.title),
            icon=page.icon,
            url_path=page.url_path,
            help=say(page.question),
            default=page.order == 0,
        )
        for path, page in pages
        if page.section == section
    ]
    for section in SECTIONS
    if any(page.section == section for _, page in pages)
}
chosen = st.navigation(menu)
st.logo(str(STATIC / "logo.svg"), size="large", icon_image=str(STATIC / "icon.png"))
if everybody_allowed():
    st.error(say("No login: everybody who reaches this address sees everything here."), icon=":material/lock_open:")
with st.sidebar:
    tell_browser(filters.pick_language())
    jobs.under_way()
acting.tell_done()
with frame.errors_shown():
    chosen.run()
