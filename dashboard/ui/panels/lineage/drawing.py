"""The picture itself: boxes and lines in the browser, drawn by a small component of our own; every box is a button."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import streamlit as st

from dashboard.resources import PACKAGE
from dashboard.ui.panels.lineage.flows import Link
from dashboard.ui.panels.lineage.folding import Folded, Item
from dashboard.ui.panels.lineage.health import Health
from dashboard.ui.panels.lineage.names import KINDS, Names
from dashboard.ui.panels.lineage.placing import HEIGHT, WIDTH, place
from dashboard.ui.panels.lineage.stages import STAGES
from dashboard.ui.session.language import language, say
from dashboard.ui.widgets.badges import STATUS_SIGNS, status_text

KEY = "lineage_picture"
NAME = "lineage_graph"
# Pixels: a small picture is as high as it is with its tools, a large one scrolls.
SHOWN_LOW, SHOWN_HIGH, AROUND = 200, 640, 70


@dataclass(frozen=True)
class Marks:
    """What is marked in a picture: the chosen box, how boxes are doing, and their sentences.

    `path` are the boxes on the path of the chosen one, `touched` those that fail and what they reach.
    """

    chosen: str | None
    path: frozenset[str]
    touched: frozenset[str]
    health: Mapping[str, Health]
    sentences: Mapping[str, str]


def draw(folded: Folded, marks: Marks, names: Names, on_picked: Callable[[], None]) -> None:
    """Draw the boxes; a click calls `on_picked`, after which `picked()` names the box."""
    component = st.components.v2.component(NAME, js=_file("lineage_graph.js"), css=_file("lineage_graph.css"))
    data = drawn(folded, marks, names)
    high = min(SHOWN_HIGH, max(SHOWN_LOW, data["size"][1] + AROUND))
    component(data=data, key=KEY, height=high, on_picked_change=on_picked)


def picked() -> str | None:
    """The box that was clicked, in the callback of the click."""
    return getattr(st.session_state.get(KEY), "picked", None)


def drawn(folded: Folded, marks: Marks, names: Names) -> dict[str, Any]:
    """What the browser is sent: boxes with corners and words, links, heads of stages."""
    placed = place(folded)
    return {
        "boxes": [_box(item, placed.corners[item.id], marks, names) for item in folded.items.values()],
        "links": [
            [*link, state, _mark_of(link, marks), placed.routes.get(link, [])]
            for link, state in folded.links.items()
        ],
        "heads": [
            {"left": left, "width": width, "name": say(STAGES[stage])}
            for stage, (left, width) in sorted(placed.heads.items())
        ],
        "size": list(placed.size),
        "box": [WIDTH, HEIGHT],
        "chosen": marks.chosen,
        "start": _start(folded, marks),
        "words": {
            "in": say("Zoom in"), "out": say("Zoom out"), "fit": say("Show all"),
            "about": say("Lineage from left to right. Arrow keys go along the links, Enter opens a card."),
        },
    }  # fmt: skip


def _box(item: Item, corner: tuple[int, int], marks: Marks, names: Names) -> dict[str, Any]:
    health = marks.health.get(item.id)
    stated = f"{status_text(health.status, language())}: {health.reason}" if health else ""
    name = names.of_item(item)
    word = say(KINDS[item.kind])
    kind = names.place_of(item) if item.is_fold else names.within(item.id) if item.kind == "column" else word
    return {
        "id": item.id,
        "left": corner[0],
        "top": corner[1],
        "name": name,
        "kind": kind or say(STAGES[item.stage]),
        "sign": STATUS_SIGNS[health.status] if health else "",
        "status": health.status if health else "",
        "fold": item.is_fold,
        "path": item.id in marks.path,
        "spoken": ". ".join(part for part in (f"{kind}: {name}", marks.sentences.get(item.id, ""), stated) if part),
    }


def _mark_of(link: Link, marks: Marks) -> str:
    """What matters about a link: it is on the path of the chosen box; without one, it hands on what failed."""
    if marks.chosen is not None:
        return "path" if marks.path.issuperset(link) else "off"
    return "touched" if marks.touched.issuperset(link) else ""


def _start(folded: Folded, marks: Marks) -> str | None:
    """The box that is in sight at first: the chosen one, one that fails, a model."""
    failing = sorted(one for one, health in marks.health.items() if health.status == "alert")
    models = sorted(one for one, item in folded.items.items() if item.kind == "model")
    wanted = [marks.chosen, *(one for one in failing if folded.items[one].kind != "model"), *models]
    return next((one for one in wanted if one in folded.items), None)


def _file(name: str) -> str:
    return (PACKAGE / "static" / name).read_text(encoding="utf-8")


def signs() -> list[tuple[str, str]]:
    """The signs of the statuses with their words."""
    return [(STATUS_SIGNS[status], status_text(status, language()).split(" ", 1)[1]) for status in STATUS_SIGNS]
