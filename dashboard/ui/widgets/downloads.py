"""Downloads: made when they are asked for, each distinct from every other one, of whatever length."""

from __future__ import annotations

import uuid
from collections.abc import Callable

import streamlit as st


def offer(label: str, make: Callable[[], bytes], file_name: str, kind: str, key: str) -> None:
    """A button that makes the content when pressed and saves it under `file_name`; `kind` is its MIME type."""
    st.download_button(
        label, make, file_name=file_name, mime=own_kind(kind), key=key,
        icon=":material/download:", on_click="ignore", type="tertiary",
    )  # fmt: skip


def own_kind(kind: str) -> str:
    """The MIME type with a random parameter, by which the address of this export is like no other.

    Streamlit tells files over 1 MiB apart by length, beginning, middle, end and MIME type: without the parameter two
    exports that differ elsewhere would have one address, and one reader would get what another one asked for.
    """
    return f"{kind}; export={uuid.uuid4().hex}"
