"""The key R for "right": Streamlit keeps it for itself, so that its button cannot have it as a shortcut."""

from __future__ import annotations

import streamlit as st

NAME = "review_keys"
# While a text is written the key is a letter.
PRESS_RIGHT = """
export default function () {
  const press = (event) => {
    if (event.key.toLowerCase() !== "r" || event.ctrlKey || event.metaKey || event.altKey) return;
    const place = event.target;
    if (place && place.closest && place.closest("input, textarea, [contenteditable=true]")) return;
    const button = document.querySelector(".st-key-review_right button");
    if (!button || button.disabled) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    button.click();
  };
  window.addEventListener("keydown", press, true);
  return () => window.removeEventListener("keydown", press, true);
}
"""


def right_key() -> None:
    """Let the key R press the button that calls a prediction right, while that is on the page."""
    st.components.v2.component(NAME, js=PRESS_RIGHT)(height=0, key=NAME)
