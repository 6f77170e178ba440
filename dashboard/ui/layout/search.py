"""One search over models, people, processes and pages, in a dialog that a key opens, or standing on a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Set
from dataclasses import dataclass, field

import streamlit as st

from dashboard.ui.session import data
from dashboard.ui.session.language import language, say
from dashboard.ui.session.page_registry import SUMMARY, Page, find_pages, page_file
from dashboard.ui.session.url_state import clear_param, set_param, to_other_pages
from dashboard.ui.widgets import badges, confirmation, filters
from dashboard.ui.widgets.model_lists import shown_names

SHOWN = 6
# Plain Streamlit knows letters, digits and named keys as shortcuts; a slash is none of them.
KEY = "Ctrl+K"
# Streamlit gives the focus to the dialog, some moments after it opened; whoever searches wants to type at once.
TAKE_FOCUS = """
export default function (component) {
  let looks = 0;
  const timer = setInterval(() => {
    const field = document.querySelector('.st-key-search_dialog input');
    const busy = document.activeElement?.closest('[role=dialog] input, [role=dialog] button');
    if (field && !busy) field.focus();
    if (++looks > 30) clearInterval(timer);
  }, 100);
}
"""


@dataclass(frozen=True)
class Hit:
    """Something that may be gone to: its name, what else it is found by, and the page with what that page picks."""

    name: str
    icon: str
    url_path: str
    picks: Mapping[str, str] = field(default_factory=dict)
    also: str = ""


def button(page: Page, roles: Set[str]) -> None:
    """The button of the search, looking like a field; a model that is found opens on the tab that is open now."""
    label = say("Search models, people, processes, pages")
    if st.button(label, key="search", icon=":material/search:", shortcut=KEY, width=420):
        # A page draws one dialog: the key may be pressed while another one waits for an answer.
        confirmation.forget()
        st.dialog(say("Go to"), width="medium")(_in_dialog)(page, roles)


def _in_dialog(page: Page, roles: Set[str]) -> None:
    field_and_hits("dialog", page, roles)
    if not st.session_state.get("search_dialog"):
        st.components.v2.component("search_focus", js=TAKE_FOCUS)(height=0, key="search_focus")


def field_and_hits(place: str, page: Page, roles: Set[str]) -> None:
    """A field, and below it what it finds; each finding is a button that leads there."""
    text = st.text_input(
        say("Search"), key=f"search_{place}", type="search", live="300ms", label_visibility="collapsed",
        placeholder=say("name of a model, a person, a process or a page"),
    )  # fmt: skip
    wanted = (text or "").strip().casefold()
    found = 0
    for heading, hits in _kinds(page, roles).items():
        matching = [hit for hit in hits() if wanted in f"{hit.name} {hit.also}".casefold()]
        found += len(matching)
        if matching and (wanted or heading == say("Models")):
            _listed(place, heading, matching)
    if not found:
        st.caption(say("Nothing of that name is here, or open to you."))


def _listed(place: str, heading: str, hits: list[Hit]) -> None:
    st.caption(heading)
    with st.container(gap=None):
        for position, hit in enumerate(hits[:SHOWN]):
            st.button(
                badges.escaped(hit.name), key=f"hit_{place}_{heading}_{position}", icon=hit.icon, type="tertiary",
                on_click=_go, args=(hit,),
            )  # fmt: skip
    if len(hits) > SHOWN:
        st.caption(say("{n} more; type more of the name.", n=len(hits) - SHOWN))


def _go(hit: Hit) -> None:
    """Callback: open the page with its pick."""
    if "model" in hit.picks:
        filters.open_model(hit.picks["model"], hit.url_path)
        return
    for name in ("q", "process", "team", "person", "role", "status", "stage", "owner"):
        clear_param(name)
    for name, value in hit.picks.items():
        set_param(name, value)
    st.switch_page(page_file(hit.url_path), query_params={**to_other_pages(), **hit.picks})


def _kinds(page: Page, roles: Set[str]) -> dict[str, Callable[[], Iterator[Hit]]]:
    return {
        say("Models"): lambda: _models(page.url_path if page.is_tab() else SUMMARY),
        say("People"): _people,
        say("Business processes"): _processes,
        say("Pages"): lambda: _pages(roles),
    }


def _models(tab: str) -> Iterator[Hit]:
    names = shown_names(data.models(), language())
    for model, name in sorted(names.items(), key=lambda entry: entry[1].casefold()):
        yield Hit(name, ":material/deployed_code:", tab, {"model": model}, also=model)


def _people() -> Iterator[Hit]:
    people = data.organisation().people.values()
    for person in sorted(people, key=lambda one: one.name.casefold()):
        yield Hit(person.name, ":material/person:", "ownership", {"person": person.id}, also=person.id)


def _processes() -> Iterator[Hit]:
    named = {one.id: one.name.in_language(language()) for one in data.organisation().processes.values()}
    for process, name in sorted(named.items(), key=lambda entry: entry[1].casefold()):
        yield Hit(name, ":material/account_tree:", "inventory", {"process": process}, also=process)


def _pages(roles: Set[str]) -> Iterator[Hit]:
    for _, page in find_pages():
        if page.open_to(roles) and not page.is_tab():
            yield Hit(say(page.title), page.icon, page.url_path, also=say(page.question))
