"""The reader's language, and words in it."""

from __future__ import annotations

import threading

import streamlit as st

from dashboard.ui.session.url_state import get_param
from dashboard.words import LANGUAGES, SOURCE_LANGUAGE, Sentence, language_of, translate

MARK_DOCUMENT = """
export default function (component) {
  document.documentElement.lang = component.data;
}
"""


_run = threading.local()


def begin_run() -> None:
    """Settle the language for this run of the script: its texts ask for it several hundred times."""
    _run.language = None
    _run.language = language()


def language() -> str:
    """The language of the address, of this session, or of the browser; English otherwise."""
    settled: str | None = getattr(_run, "language", None)
    if settled is not None:
        return settled
    wanted = get_param("lang") or (st.context.locale or SOURCE_LANGUAGE)[:2]
    return wanted if wanted in LANGUAGES else SOURCE_LANGUAGE


def tell_browser(spoken: str) -> None:
    """Mark the document as written in this language: screen readers and translators go by it."""
    mark = st.components.v2.component("document_language", js=MARK_DOCUMENT)
    mark(data=spoken, height=0, key="document_language")


def say(message: str, **values: object) -> str:
    """A catalogue key in the reader's language, with its {placeholders} filled in that language's form."""
    return Sentence(message, values).render(language()) if values else translate(message, language())


def day_pattern() -> str:
    """Return the pattern of this reader's date fields."""
    return language_of(language()).typed_day
