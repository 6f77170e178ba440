"""Find a node by what people write: a whole name, a name without its namespace, the end of one, a part of one."""

from __future__ import annotations

from uuid import UUID

from dashboard.errors import InputRefusedError, NotFoundError, Problem, shorten
from dashboard.lineage.graph import Graph, Node
from dashboard.lineage.model_edges import ENDS
from dashboard.lineage.names import NODE_KINDS, column_id, kind_of, name_of, node_id

SHOWN = 8


def find_node(graph: Graph, text: str) -> Node:
    """The node that a person names: `KIND:NAME`, or a NAME that only one node has.

    Datasets and jobs are also found by their name without namespace, then by the end of their name. Raises
    InputRefusedError that names the candidates where several fit, NotFoundError with near names where none does.
    """
    whole = _whole(graph, text)
    if whole is not None:
        return whole
    for candidates in (_named(graph, text), _without_namespace(graph, text), _ending(graph, text)):
        if len(candidates) == 1:
            return graph.node(candidates[0])
        if candidates:
            raise _several(text, candidates)
    raise _unknown(graph, text)


def search_nodes(graph: Graph, text: str, most: int = 20) -> list[Node]:
    """The nodes whose name holds a text (any case), best first: whole names, ends, beginnings of a part, the rest."""
    wanted = text.casefold().strip()
    if not wanted:
        return []
    found: list[tuple[int, int, str]] = []
    for known in graph.ids():
        name = name_of(known).casefold()
        place = name.find(wanted)
        if place >= 0:
            rank = 0 if name == wanted else 1 if _ends(name, wanted) else 2 if name[place - 1] in ENDS + "#@_-" else 3
            found.append((rank, len(known), known))
    return [graph.node(known) for _, _, known in sorted(found)[:most]]


def _whole(graph: Graph, text: str) -> Node | None:
    """The node of a written id, of a run by its UUID alone, or of another name of a dataset."""
    if kind_of(text) is not None:
        known = graph.called(text)
        if graph.has(known):
            return graph.node(known)
        if kind_of(text) in ("run", "prediction"):
            return graph.node(text)
        return None
    try:
        run = node_id("run", str(UUID(text)))
    except ValueError:
        return None
    return graph.node(run) if graph.late.of_run(name_of(run)) is not None else None


def _named(graph: Graph, text: str) -> list[str]:
    """The nodes of that whole name, whatever their kind."""
    if kind_of(text) is not None:
        return []
    written = (graph.called(node_id(kind, text)) for kind in NODE_KINDS)
    return sorted({known for known in written if graph.has(known)})


def _without_namespace(graph: Graph, text: str) -> list[str]:
    kind, name = kind_of(text), name_of(text)
    table, sign, column = name.rpartition("#") if kind in (None, "column") else ("", "", "")
    found = set()
    for known in graph.bare_names.get(table if sign else name, ()):
        if sign:
            wanted = column_id(known, column)
            if known.startswith("dataset:") and graph.has(wanted):
                found.add(wanted)
        elif kind in (None, kind_of(known)):
            found.add(known)
    return sorted(found)


def _ending(graph: Graph, text: str) -> list[str]:
    kind, name = kind_of(text), name_of(text)
    return sorted(known for known in graph.ids() if kind in (None, kind_of(known)) and _ends(name_of(known), name))


def _ends(name: str, end: str) -> bool:
    return name.endswith(end) and (len(name) == len(end) or name[-len(end) - 1] in ENDS)


def _several(text: str, candidates: list[str]) -> InputRefusedError:
    more = f" and {len(candidates) - SHOWN} more" if len(candidates) > SHOWN else ""
    message = f"received {shorten(text)}, which {len(candidates)} nodes are called: "
    message += f"{', '.join(candidates[:SHOWN])}{more}; allowed is a name of one node; write its kind and whole name"
    return InputRefusedError([Problem(message, field="node")])


def _unknown(graph: Graph, text: str) -> NotFoundError:
    near = [node.id for node in search_nodes(graph, name_of(text), SHOWN)]
    if not near:
        from difflib import get_close_matches

        near = get_close_matches(text[:200], list(graph.ids()), n=3, cutoff=0.75)
    hint = f"known are {', '.join(near)}" if near else "write it like dataset:NAMESPACE/NAME or model:ID"
    return NotFoundError(f"node {shorten(text)} is not known; {hint}")
