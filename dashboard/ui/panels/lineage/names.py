"""What readers call a node: words for ids, in their language."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dashboard.lineage.names import kind_of, name_of
from dashboard.store.organisation import Organisation
from dashboard.ui.panels.lineage.folding import NAMESPACE, Item
from dashboard.ui.session.language import language, say
from dashboard.words import mark

KINDS = {
    "dataset": mark("Table"),
    "job": mark("Processing step"),
    "run": mark("Run"),
    "column": mark("Column"),
    "feature": mark("Feature"),
    "model": mark("Model"),
    "version": mark("Version"),
    "deployment": mark("Deployment"),
    "predictions": mark("Predictions"),
    "prediction": mark("Prediction"),
    "use": mark("Consumer"),
    "process": mark("Business process"),
    "person": mark("Person"),
}
COUNTED = {
    "dataset": mark("{n} tables"),
    "job": mark("{n} processing steps"),
    "run": mark("{n} runs"),
    "column": mark("{n} columns"),
    "feature": mark("{n} features"),
    "model": mark("{n} models"),
    "version": mark("{n} versions"),
    "deployment": mark("{n} deployments"),
    "predictions": mark("{n} sets of predictions"),
    "prediction": mark("{n} predictions"),
    "use": mark("{n} consumers"),
    "process": mark("{n} processes"),
    "person": mark("{n} people"),
}
NAMED = 3
TEAM = "team:"


@dataclass(frozen=True)
class Names:
    """The names of models (by id) and of the organisation."""

    models: Mapping[str, str]
    organisation: Organisation

    def of(self, node: str) -> str:
        """The name of a node without its namespace, for readers."""
        kind, name = kind_of(node), name_of(node)
        if kind in ("dataset", "job"):
            return NAMESPACE.sub("", name, count=1) or name
        if kind in ("column", "feature", "deployment"):
            return name.rpartition("@" if kind == "deployment" else "#")[2]
        if kind in ("version", "predictions"):
            model, _, version = name.rpartition("@")
            if kind == "version":
                return say("version {version}", version=version)
            known = self.models.get(model, model)
            return say("Predictions of {model}, version {version}", model=known, version=version)
        return self._registered(str(kind), name)

    def _registered(self, kind: str, name: str) -> str:
        if kind == "model":
            return self.models.get(name, name)
        if kind == "process":
            known = self.organisation.processes.get(name)
            return known.name.in_language(language()) if known else name
        return self.organisation.person_name(name) if kind == "person" else name

    def within(self, node: str) -> str:
        """Where a node belongs: the system of a table, the table of a column, the model of a version."""
        kind, name = kind_of(node), name_of(node)
        if kind in ("dataset", "job"):
            found = NAMESPACE.match(name)
            return found[1] if found else ""
        if kind == "column":
            return self.of(f"dataset:{name.rpartition('#')[0]}")
        if kind in ("feature", "version", "deployment"):
            model = name.rpartition("#" if kind == "feature" else "@")[0]
            return self.models.get(model, model)
        return ""

    def of_item(self, item: Item) -> str:
        """The name of a box: that of its node, or how many it stands for."""
        return say(COUNTED[item.kind], n=item.count) if item.is_fold else self.of(item.id)

    def place_of(self, item: Item) -> str:
        """Where the nodes of a fold belong; empty where that differs."""
        return self.models.get(item.place, item.place) if item.kind == "feature" else item.place

    def team(self, owner: str) -> str:
        """An owner as a source names it, with the team's or the person's own name where it is registered."""
        known = self.organisation.teams.get(owner.removeprefix(TEAM))
        if known is not None:
            return known.name.in_language(language())
        return self.organisation.person_name(owner.removeprefix("user:"))

    def listed(self, nodes: Sequence[str]) -> str:
        """A few nodes by name, and how many more there are."""
        stated = list(dict.fromkeys(self.of(node) for node in nodes))
        names = ", ".join(stated[:NAMED])
        more = len(stated) - NAMED
        return say("{names} and {n} more", names=names, n=more) if more > 0 else names
