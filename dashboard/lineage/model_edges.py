"""The edges around models: from data over features and versions to where they run, who uses them and who answers.

What makes a job or a dataset a part of a model, see docs/lineage.md:

- a job is a run of the model when its name, or the last part of it, is the model's id (parts end at / . :);
- what such a job reads is what the model scores or learns from, what it writes is written by the model;
- a dataset named as the model, which no version was trained on, is written by the model;
- a feature comes from the column of its name in the data that a version was trained on or the model's job reads.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from dashboard.lineage.graph import Edge
from dashboard.lineage.names import column_id, name_of, node_id
from dashboard.schema.times import parse_instant
from dashboard.store.organisation import Organisation
from dashboard.store.traced_models import LoggedVersion, TracedDeployment, TracedModel, TracedUse

LOG, ORGANISATION = "log", "organisation"
ENDS = "/.:"


# A dataset (id), the first day on which a job read or wrote it, and the day on which that ended (None: open).
Handled = tuple[str, date | None, date | None]


@dataclass(frozen=True)
class DataNodes:
    """The nodes that events tell: where data is found by name, which job reads and writes what, and known columns.

    `find` are datasets by the names of training data and files on cards, `reads` and `writes` datasets by job with the
    first day and the day on which that ended, `columns` names of columns by dataset, `named_as` jobs and datasets by
    the model that they are named as.
    """

    find: Mapping[str, str]
    reads: Mapping[str, Collection[Handled]]
    writes: Mapping[str, Collection[Handled]]
    columns: Mapping[str, Collection[str]]
    named_as: Mapping[str, Collection[str]]


def last_parts(name: str) -> Iterator[str]:
    """The whole of a name, and what stands behind each of its signs / . and :, longest first."""
    yield name
    yield from (name[place + 1 :] for place, sign in enumerate(name) if sign in ENDS and place + 1 < len(name))


def card_edges(models: Mapping[str, TracedModel], data: DataNodes, organisation: Organisation) -> list[Edge]:
    """Every edge that cards tell, with its interval; those that ended are among them."""
    found: list[Edge] = []
    for model in models.values():
        found += _of_card(model)
        sources = dict(_trained_on(model, data))
        found += _training(model, sources)
        found += _runs(model, data, set(sources.values()))
        found += _features(model, data, sources)
    found += _processes(models, organisation)
    return found


def training_data(model: TracedModel, data: DataNodes) -> dict[str, str]:
    """The dataset (id) that each version was trained on, by version."""
    return dict(_trained_on(model, data))


def training_sets(models: Mapping[str, TracedModel], *, artifacts: bool = False) -> set[str]:
    """The names of datasets on the cards of some models, with those of the versions' files on request."""
    wanted = ("training_data", "artifact") if artifacts else ("training_data",)
    handled = {name for model in models.values() for name in (*model.reads, *model.writes)}
    return handled | {
        str(version[name])
        for model in models.values()
        for version in model.versions
        for name in wanted
        if version.get(name)
    }


def _trained_on(model: TracedModel, data: DataNodes) -> Iterator[tuple[str, str]]:
    for version in model.versions:
        named = version.get("training_data")
        if named:
            # What no event names is a dataset all the same: the card says so.
            yield str(version["version"]), _named(data, named)


def _named(data: DataNodes, name: str) -> str:
    """The dataset (id) that a card names."""
    return data.find.get(name, node_id("dataset", name))


def _of_card(model: TracedModel) -> Iterator[Edge]:
    node, zone = node_id("model", model.id), ZoneInfo(model.time_zone)
    for version in model.versions:
        name, trained = str(version["version"]), _trained_day(version, zone)
        yield Edge(_version(model.id, name), node, "version", trained, None, node)
        for one in version.get("deployments") or ():
            last = one.get("to")
            after = date.fromisoformat(last) + timedelta(days=1) if last else None
            place = node_id("deployment", f"{model.id}@{one['environment_name']}")
            yield Edge(_version(model.id, name), place, "deployed", date.fromisoformat(one["from"]), after, node)
    for feature in model.features:
        yield Edge(_feature(model.id, feature), node, "input", None, None, node)


def _training(model: TracedModel, sources: Mapping[str, str]) -> Iterator[Edge]:
    node, zone = node_id("model", model.id), ZoneInfo(model.time_zone)
    for version in model.versions:
        name = str(version["version"])
        if name in sources:
            trained = _trained_day(version, zone)
            yield Edge(sources[name], _version(model.id, name), "training", trained, None, node)


def _runs(model: TracedModel, data: DataNodes, trained_on: Collection[str]) -> Iterator[Edge]:
    """Jobs and datasets that are named as the model, and those that its card says it reads and writes."""
    node = node_id("model", model.id)
    written: list[Handled] = [(_named(data, name), None, None) for name in model.writes]
    for name in model.reads:
        yield Edge(_named(data, name), node, "reads", None, None, node)
    for named in data.named_as.get(model.id, ()):
        if named.startswith("job:"):
            begins = [first for _, first, _ in (*data.reads.get(named, ()), *data.writes.get(named, ()))]
            first = min((day for day in begins if day is not None), default=None)
            yield Edge(named, node, "runs", first, None, named)
            written += data.writes.get(named, ())
        else:
            written.append((named, None, None))
    files = set()
    for version in model.versions:
        for dataset in _artifact(version, data):
            files.add(dataset)
            yield Edge(dataset, _version(model.id, str(version["version"])), "artifact", None, None, node)
    for dataset, first, ended in written:
        if dataset not in trained_on and dataset not in files:
            yield Edge(node, dataset, "writes", first, ended, node)


def _artifact(version: Mapping[str, object], data: DataNodes) -> Iterator[str]:
    """The dataset that is the file of a version, where an event names one like it."""
    named = version.get("artifact")
    if named and (found := data.find.get(str(named))):
        yield found


def _features(model: TracedModel, data: DataNodes, sources: Mapping[str, str]) -> Iterator[Edge]:
    """Where features come from: columns of the training data, and of what the model's own job reads."""
    zone = ZoneInfo(model.time_zone)
    trained = {str(version["version"]): _trained_day(version, zone) for version in model.versions}
    given: list[Handled] = [(dataset, trained[version], None) for version, dataset in sources.items()]
    jobs = [named for named in data.named_as.get(model.id, ()) if named.startswith("job:")]
    given += [read for job in jobs for read in data.reads.get(job, ())]
    given += [(_named(data, name), None, None) for name in model.reads]
    called: dict[str, set[str]] = defaultdict(set)
    for written, meant in model.renamed.items():
        called[meant].add(written.casefold())
    for dataset, first, ended in given:
        columns = {column.casefold(): column for column in data.columns.get(dataset, ())}
        for feature in model.features:
            names = {feature.casefold(), *called.get(feature, ())}
            found = sorted(columns[name] for name in names if name in columns)
            nodes = [column_id(dataset, column) for column in found]
            # A table of which nobody reported the columns may hold every feature.
            nodes += [dataset] if found or not columns else []
            for node in nodes:
                yield Edge(node, _feature(model.id, feature), "feature", first, ended, node_id("model", model.id))
    yield from _labels(model, data, sources)


def _labels(model: TracedModel, data: DataNodes, sources: Mapping[str, str]) -> Iterator[Edge]:
    """The columns that hold the outcomes, into the versions that were trained on them."""
    node, zone = node_id("model", model.id), ZoneInfo(model.time_zone)
    label = (model.actual or "").casefold()
    for version in model.versions:
        name = str(version["version"])
        dataset = sources.get(name)
        for column in data.columns.get(dataset or "", ()):
            if dataset and column.casefold() == label:
                first = _trained_day(version, zone)
                yield Edge(column_id(dataset, column), _version(model.id, name), "training", first, None, node)


def deployed_edges(models: Mapping[str, TracedModel], deployments: Iterable[TracedDeployment]) -> Iterator[Edge]:
    """Where versions of some models run, as events report it."""
    zones = _zones(models)
    for one in deployments:
        if one.model_id in zones:
            zone = zones[one.model_id]
            place = node_id("deployment", f"{one.model_id}@{one.environment_name}")
            until = one.until.astimezone(zone).date() if one.until else None
            first = one.since.astimezone(zone).date()
            yield Edge(_version(one.model_id, one.version), place, "deployed", first, until, "events")


def logged_edges(models: Mapping[str, TracedModel], logged: Iterable[LoggedVersion]) -> Iterator[Edge]:
    """Which versions of some models made predictions, as the log tells."""
    zones = _zones(models)
    for one in logged:
        if one.model_id in zones:
            made = node_id("predictions", f"{one.model_id}@{one.version}")
            first = one.since.astimezone(zones[one.model_id]).date()
            yield Edge(_version(one.model_id, one.version), made, "predicts", first, None, LOG)


def use_edges(
    models: Mapping[str, TracedModel], uses: Iterable[TracedUse], processes: Collection[str]
) -> Iterator[Edge]:
    """Who uses some models for what, as events report it; a purpose that is a process is the way to it."""
    zones = _zones(models)
    first: dict[tuple[str, str], date] = {}
    purposes: dict[tuple[str, str], list[str]] = defaultdict(list)
    for one in uses:
        if one.model_id not in zones:
            continue
        day = one.since.astimezone(zones[one.model_id]).date()
        key = one.model_id, one.consumer
        first[key] = min(first.get(key, day), day)
        purposes[key].append(one.purpose)
    for (model_id, consumer), day in first.items():
        reported = ", ".join(sorted(set(purposes[model_id, consumer])))
        yield Edge(node_id("model", model_id), node_id("use", consumer), "used_by", day, None, "events", reported)
        for purpose in sorted(set(purposes[model_id, consumer])):
            if purpose in processes:
                yield Edge(node_id("use", consumer), node_id("process", purpose), "purpose", day, None, "events")


def _zones(models: Mapping[str, TracedModel]) -> dict[str, ZoneInfo]:
    return {model.id: ZoneInfo(model.time_zone) for model in models.values()}


def _processes(models: Mapping[str, TracedModel], organisation: Organisation) -> Iterator[Edge]:
    for model in models.values():
        if model.process:
            node = node_id("model", model.id)
            yield Edge(node, node_id("process", model.process), "supports", None, None, node)
    for process in organisation.processes.values():
        if process.owner:
            yield Edge(
                node_id("process", process.id), node_id("person", process.owner), "owner", None, None, ORGANISATION
            )


def _trained_day(version: Mapping[str, object], zone: ZoneInfo) -> date | None:
    trained = version.get("trained_at")
    if not trained:
        return None
    instant: datetime = parse_instant(trained)
    return instant.astimezone(zone).date()


def _version(model_id: str, version: str) -> str:
    return node_id("version", f"{model_id}@{version}")


def _feature(model_id: str, feature: str) -> str:
    return node_id("feature", f"{model_id}#{feature}")


def model_of(node: str) -> str | None:
    """The model that a node belongs to by its name; None for nodes of data and organisation."""
    kind, _, name = node.partition(":")
    if kind == "model":
        return name
    signs = {"version": "@", "deployment": "@", "predictions": "@", "feature": "#", "prediction": "/"}
    return name.partition(signs[kind])[0] if kind in signs else None


def names_hidden(node: str, hidden: Collection[str]) -> bool:
    """Whether the name of a job or dataset ends with the id of a model that the reader does not see."""
    return any(part in hidden for part in last_parts(name_of(node)))
