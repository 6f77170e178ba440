"""The page Lineage and the tab of a model: answer, choices, picture or outline, the card of the chosen node."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

import streamlit as st

from dashboard.lineage.graph import Edge
from dashboard.lineage.names import kind_of
from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage import answers, differences, drawing, node_card, outline, sentences, sight, touched
from dashboard.ui.panels.lineage.flows import Flow, compared, flow_of, narrowed, on_path
from dashboard.ui.panels.lineage.folding import Folded, fold
from dashboard.ui.panels.lineage.health import JUDGED, Health, health_of, worst
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.lineage.sight import Sight
from dashboard.ui.panels.lineage.stages import stages_of
from dashboard.ui.session import lineage as door
from dashboard.ui.session.language import say
from dashboard.ui.session.lineage import Lineage
from dashboard.ui.widgets.answers import Answer

# The health of so many nodes is read at once.
LOOKED_AT = 2_000
# Of so many failing nodes it is counted what they touch.
MOST_FAILING = 5


@dataclass(frozen=True)
class Place:
    """Where the page stands: the names, the statuses of models by id, today, and how to look from another node."""

    names: Names
    statuses: Mapping[str, str]
    today: date
    look_from: Callable[[str], None] = sight.focus


def show(lineage: Lineage, focus: str | None, seen: Sight, place: Place) -> None:
    """Everything below the choices."""
    edges = lineage.edges(focus, seen.way, columns=seen.level == "columns")
    if not edges:
        _nothing(focus)
        return
    stages = stages_of(edges)
    kept = [focus] if focus else []
    flow = flow_of(edges, seen.level, kept)
    if seen.against is not None:
        before = _edges_before(focus, seen)
        stages = stages_of(before) | stages
        flow = compared(flow, flow_of(before, seen.level))
    health = _health(lineage, flow, place.statuses)
    layout.answer(_answer(lineage, focus, edges, health, place))
    if seen.against is not None:
        differences.show(flow, seen.against, place.names)
    _drawn(lineage, flow, stages, health, (focus, seen, place))


def _drawn(
    lineage: Lineage,
    flow: Flow,
    stages: Mapping[str, int],
    health: Mapping[str, Health],
    asked: tuple[str | None, Sight, Place],
) -> None:
    """The picture or the outline, and the card beside it."""
    focus, seen, place = asked
    chosen = seen.chosen if seen.chosen in flow.nodes else None
    path = on_path(flow, chosen) if chosen else frozenset()
    shown = narrowed(flow, path) if chosen and seen.only_path else flow
    folded = fold(shown, stages, seen.opened, [node for node in (focus, chosen) if node in shown.nodes])
    known, names = sentences.near(flow), place.names
    stated = {item.id: sentences.of_item(item, known, names) for item in folded.items.values()}
    shown_health = _of_boxes(folded, health)
    sides = st.columns([2.4, 1]) if chosen else [st.container()]
    with sides[0]:
        _buttons(folded, chosen, seen)
        if seen.shape == "outline":
            outline.show(folded, stated, shown_health, names)
        else:
            marked = frozenset(folded.item_of[node] for node in path if node in folded.item_of)
            drawing.draw(folded, drawing.Marks(chosen, marked, shown_health, stated), names, sight.choose_picked)
            _legend(seen)
    if chosen:
        with sides[1]:
            facts = lineage.facts([chosen])
            near = sorted(known.before.get(chosen, ())), sorted(known.behind.get(chosen, ()))
            sentence = sentences.of_node(chosen, known, names)
            card = node_card.Chosen(chosen, sentence, health.get(chosen), facts.get(chosen), near)
            node_card.show(card, lineage, names, place.today, place.look_from)


def _buttons(folded: Folded, chosen: str | None, seen: Sight) -> None:
    sight.folded_note(folded.left_out, seen.opened)
    if chosen:
        label = say("Show what is off the path") if seen.only_path else say("Hide what is off the path")
        st.button(label, key="only_path", on_click=sight.toggle_path, icon=":material/conversion_path:")


def _legend(seen: Sight) -> None:
    words = [f"{sign} {word}" for sign, word in drawing.signs()]
    if seen.against is not None:
        words += [say("green dashes: new"), say("red dots: ended")]
    st.caption(" · ".join(words))


def _edges_before(focus: str | None, seen: Sight) -> list[Edge]:
    """The edges on the day compared with; none where the node was not there yet."""
    before = door.opened(seen.against)
    if focus is not None and before.find(focus) is None:
        return []
    return before.edges(focus, seen.way, columns=seen.level == "columns")


def _health(lineage: Lineage, flow: Flow, statuses: Mapping[str, str]) -> dict[str, Health]:
    judged = [node for node in sorted(flow.nodes) if kind_of(node) in JUDGED][:LOOKED_AT]
    facts = lineage.facts(judged)
    failing = {
        node for node in judged if node in facts and any(not check.passed for check in facts[node].checks)
    }  # fmt: skip
    datasets = sorted(node for node in failing if kind_of(node) == "dataset")
    return health_of(judged, facts, lineage.checks(datasets) if datasets else {}, statuses)


def _of_boxes(folded: Folded, health: Mapping[str, Health]) -> dict[str, Health]:
    """The health of boxes: a fold is as its worst node is."""
    inside: dict[str, list[Health]] = {}
    for node, item in folded.item_of.items():
        if node in health:
            inside.setdefault(item, []).append(health[node])
    found = {}
    for item, known in inside.items():
        status = worst(one.status for one in known)
        if not folded.items[item].is_fold:
            found[item] = known[0]
        elif status == "alert":
            found[item] = Health(status, say("{n} of them fail.", n=sum(one.status == "alert" for one in known)))
        elif status is not None:
            unknown = sum(one.status == "unknown" for one in known) + folded.items[item].count - len(known)
            found[item] = Health(status, say("{n} of them are not known to be well.", n=unknown))
    return found


def _answer(
    lineage: Lineage, focus: str | None, edges: list[Edge], health: Mapping[str, Health], place: Place
) -> Answer:
    """What the focus, or the whole portfolio, rests on."""
    names = place.names
    upstream = edges if focus is None else lineage.edges(focus, "up")
    stages = stages_of(upstream)
    ground = answers.Ground(stages, {}, {node: one for node, one in health.items() if node in stages})
    facts = lineage.facts(ground.tables[:LOOKED_AT])
    owners = {table: facts[table].owners for table in facts}
    failing = ground.failing
    since = min((health[one].since for one in failing if health[one].since is not None), default=None)  # type: ignore[type-var]
    count = None
    if failing and since is not None:
        count = touched.together([lineage.impact(one, health[one].since) for one in failing[:MOST_FAILING]])
    subject = say("The portfolio") if focus is None else names.of(focus)
    ground = answers.Ground(stages, owners, ground.health, count, since)
    return answers.answer(ground, subject, names)


def _nothing(focus: str | None) -> None:
    if focus is None:
        layout.empty(
            say("No lineage is known"),
            say(
                "Send OpenLineage events with “python -m dashboard ingest lineage FILE”, or name the "
                "training data on the card."
            ),
            ":material/account_tree:",
        )  # fmt: skip
    else:
        layout.empty(
            say("Nothing is linked with this node"),
            say("Choose another direction or another day."),
            ":material/link_off:",
        )
