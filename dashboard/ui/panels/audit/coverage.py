"""What `verify` vouches for, in words: what it finds, what it cannot find by itself, and the head to keep elsewhere."""

from __future__ import annotations

from typing import TYPE_CHECKING

import streamlit as st

from dashboard.ui.layout import layout
from dashboard.ui.session.home import open_home
from dashboard.ui.session.language import say
from dashboard.words import mark

if TYPE_CHECKING:
    from dashboard.store.audit.chain import Head

COMMAND = "python -m dashboard verify"
# In the name of a download.
DIGITS = 16
FOUND = (
    mark("Entries of this trail, and all that people and programs recorded: changed, deleted, added or moved rows."),
    mark("Figures, statuses and importances: each has its hash in the entry of the run that computed it."),
    mark(
        "Gaps, tasks and other judgements: those of a model have a hash, and some models are judged again to compare."
    ),
    mark("Files of the prediction log and model files: their content is compared with the hash recorded for it."),
)
NOT_FOUND = (
    mark(
        "An older copy of everything, or a database and journal that were both rewritten: compare with a hash that you "
        "keep elsewhere."
    ),
    mark("Refused attempts: they are recorded beside the chain."),
)


def head() -> Head:
    """The last record of the chain, as it is now."""
    return open_home().ledger.head


def file_name() -> str:
    """The name of the trail's download, in which the head is kept outside of the home."""
    last = head()
    return f"audit-head-{last.seq}-{last.hash[:DIGITS]}" if last.seq else "audit"


def show() -> None:
    """The section about verification."""
    layout.section(say("What verification covers"))
    st.markdown(
        say(
            "Whoever runs this dashboard verifies it with `{command}`. Option `--figures 100` counts 100 figures again "
            "from the prediction log.",
            command=COMMAND,
        )
    )
    found, not_found = st.columns(2)
    with found:
        st.markdown(f"**{say('It finds changes to')}**")
        st.markdown("\n".join(f"- {say(line)}" for line in FOUND))
    with not_found:
        st.markdown(f"**{say('It cannot find by itself')}**")
        st.markdown("\n".join(f"- {say(line)}" for line in NOT_FOUND))
    last = head()
    if last.seq:
        st.caption(say("Last entry of the chain, to keep elsewhere and compare with `--head`"))
        st.code(f"{last.seq}:{last.hash}", language=None, wrap_lines=True)
