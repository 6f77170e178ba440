"""What every page is compared with: two pages of one line each, run by `streamlit run` at Streamlit's own defaults."""

from __future__ import annotations

import streamlit as st


def hello() -> None:
    st.write("Hello")


def world() -> None:
    st.write("World")


st.navigation([st.Page(hello, url_path="hello", default=True), st.Page(world, url_path="world")]).run()
