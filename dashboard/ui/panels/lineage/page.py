"""The page Lineage and the tab of a model: answer, choices, picture or outline, the card of the chosen node."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time

import streamlit as st

from dashboard.lineage.graph import Direction
from dashboard.lineage.names import kind_of
from dashboard.ui.layout import layout
from dashboard.ui.panels.lineage import answers, differences, drawing, node_card, outline, sentences, sight
from dashboard.ui.panels.lineage.flows import Flow, Level, compared, narrowed, on_path, reached_from
from dashboard.ui.panels.lineage.folding import Folded, fold
from dashboard.ui.panels.lineage.health import Health, is_failing, of_faults, worst
from dashboard.ui.panels.lineage.names import Names
from dashboard.ui.panels.lineage.scope import NOTHING, Scope, scope_of, touched_since
from dashboard.ui.panels.lineage.sight import Sight
from dashboard.ui.session import as_of, data, lineage as door
from dashboard.ui.session.language import language, say
from dashboard.ui.session.lineage import Lineage, once_for_graph
from dashboard.ui.widgets.answers import Answer
from dashboard.views.query import Query

# So many failing nodes stand by themselves, whatever is folded.
SINGLED_OUT = 10


@dataclass(frozen=True)
class OfModels:
    """How models (by id) were doing on a day, and features (by node) whose data were faulty."""

    statuses: Mapping[str, str]
    faults: Mapping[str, Health]


@dataclass(frozen=True)
class Place:
    """Where the page stands: the names, what is known of models on the day that it shows, today, how to refocus."""

    names: Names
    models: OfModels
    today: date
    look_from: Callable[[str], None] = sight.focus


def place_of(
    names: Names, today: date, day: date | None, look_from: Callable[[str], None] = sight.focus
) -> Place:  # fmt: skip
    """The place of a page that shows the end of a day (None: now)."""
    return Place(names, models_on(day), today, look_from)


def models_on(day: date | None) -> OfModels:
    """What was known of models and features at the end of a day (None: now), and by the day that the pages show."""
    known = [one for one in (_end_of(day), as_of.instant()) if one is not None]
    asked = Query(language=language(), as_of=min(known, default=None))
    models = data.read("models", asked)
    statuses = dict(zip(models["model"], models["status"], strict=True))
    return OfModels(statuses, of_faults(data.read("quality-faults", asked)))


def _end_of(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.max, UTC)


def show(lineage: Lineage, focus: str | None, seen: Sight, place: Place) -> None:
    """Everything below the choices."""
    scope = scope_of(lineage, focus, seen.way, seen.level)
    if not scope.edges:
        _nothing(focus)
        return
    stages, flow, others = scope.stages, scope.flow, list[differences.Turned]()
    if seen.against is not None:
        before = _before(focus, seen)
        stages, flow = {**before.stages, **stages}, compared(flow, before.flow)
        was = models_on(seen.against)
        others = differences.turned(before.health(was.statuses), scope.health(place.models.statuses))
    known = place.models
    health = scope.health(known.statuses) | {node: one for node, one in known.faults.items() if node in stages}
    layout.answer(_answer(lineage, focus, scope, health, place))
    if seen.against is not None:
        differences.show(flow, seen.against, place.names, others)
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
    failing = sorted(
        (node for node in shown.nodes if is_failing(node, health)), key=lambda node: (health[node].status, node)
    )
    failing = failing[:SINGLED_OUT]
    kept = [node for node in (focus, chosen, *failing) if node in shown.nodes]
    names, way, alone = place.names, (focus, seen.way, seen.level), seen.against is None
    once = alone and shown is flow
    folded = _folded(lineage, *way, seen.opened, tuple(kept)) if once else fold(shown, stages, seen.opened, kept)
    known = _near(lineage, *way) if alone else sentences.near(flow)
    stated = {item.id: sentences.of_item(item, known, names) for item in folded.items.values()}
    shown_health = _of_boxes(folded, health)
    sides = st.columns([2.4, 1]) if chosen else [st.container()]
    with sides[0]:
        _buttons(folded, chosen, seen)
        if seen.shape == "outline":
            outline.show(folded, stated, shown_health, names)
        else:
            marked = _boxes(folded, path)
            touched = _boxes(folded, reached_from(shown, [one for one in failing if kind_of(one) != "model"]))
            marks = drawing.Marks(chosen, marked, touched, shown_health, stated)
            drawing.draw(folded, marks, names, sight.choose_picked)
            _legend(seen)
    if chosen:
        with sides[1]:
            _card(lineage, chosen, known, health.get(chosen), place)


def _card(lineage: Lineage, chosen: str, known: sentences.Near, health: Health | None, place: Place) -> None:
    """The card of the chosen node."""
    facts = lineage.facts([chosen])
    near = sorted(known.before.get(chosen, ())), sorted(known.behind.get(chosen, ()))
    sentence = sentences.of_node(chosen, known, place.names)
    card = node_card.Chosen(chosen, sentence, health, facts.get(chosen), near)
    node_card.show(card, lineage, place.names, place.today, place.look_from)


@once_for_graph
def _folded(
    lineage: Lineage, focus: str | None, way: Direction, level: Level, opened: tuple[str, ...], kept: tuple[str, ...]
) -> Folded:
    scope = scope_of(lineage, focus, way, level)
    return fold(scope.flow, scope.stages, opened, kept)


@once_for_graph
def _near(lineage: Lineage, focus: str | None, way: Direction, level: Level) -> sentences.Near:
    return sentences.near(scope_of(lineage, focus, way, level).flow)


def _boxes(folded: Folded, nodes: Iterable[str]) -> frozenset[str]:
    """The boxes in which some nodes are."""
    return frozenset(folded.item_of[node] for node in nodes if node in folded.item_of)


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


def _before(focus: str | None, seen: Sight) -> Scope:
    """What was on the way on the day compared with; nothing where the node was not there yet."""
    before = door.opened(seen.against)
    if focus is not None and before.find(focus) is None:
        return NOTHING
    return scope_of(before, focus, seen.way, seen.level)


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


def _answer(lineage: Lineage, focus: str | None, scope: Scope, health: Mapping[str, Health], place: Place) -> Answer:
    """What the focus, or the whole portfolio, rests on."""
    known = {one: health[one] for one in scope.upstream if one in health}
    ground = answers.Ground(scope.upstream, scope.owners, known)
    # What is counted is touched by the worst of them: what is only late touches nothing by itself.
    worst_of = worst(health[one].status for one in ground.failing)
    gravest = [one for one in ground.failing if health[one].status == worst_of]
    failing = [(one, since) for one in gravest if (since := health[one].since) is not None]
    if failing:
        first = min(since for _, since in failing)
        count, order = touched_since(lineage, tuple(failing))
        ground = replace(ground, touched=count, since=first, order=order)
    subject = say("The portfolio") if focus is None else place.names.of(focus)
    return answers.answer(ground, subject, place.names)


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
