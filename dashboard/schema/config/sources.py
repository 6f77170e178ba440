"""Where rows and events are fetched from: config/sources.yaml."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, StringConstraints, model_validator

from dashboard.resources import resource
from dashboard.schema.config.settings_file import read_settings
from dashboard.schema.durations import read_duration
from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.reading.suggestions import shown
from dashboard.schema.texts import FORMS, LONGEST_TEXT, Label, ModelId, RoleColumn

SOURCES_FILE = Path("config") / "sources.yaml"
SETTING = "DASHBOARD_SOURCES"
SHORTEST, LONGEST = timedelta(seconds=10), timedelta(days=366)
NO_OVERLAP = timedelta(0)

Gives = Literal["predictions", "actuals", "attributions", "events", "lineage"]
# What is about the one model that the source names; the others name their models themselves.
ROWS_OF_A_MODEL = ("predictions", "actuals", "attributions")
SourceName = Annotated[str, StringConstraints(pattern=FORMS["token_name"])]
Variable = Annotated[str, StringConstraints(pattern="^[A-Za-z_][A-Za-z0-9_]{0,99}$")]
Place = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=FORMS["line"])]


def _interval(value: object) -> object:
    """A text as a span of time; a span stays as it is."""
    return value if isinstance(value, timedelta) else read_duration(value, LONGEST)


Interval = Annotated[timedelta, BeforeValidator(_interval)]


class Source(StrictModel):
    """One place that is read again and again.

    `gives` says what stands there, `every` how long after a reading the next one begins. `columns` renames those of the
    source: name there -> name on the card. `overlap` is how far each reading of a database looks back, for rows that
    were committed late.
    """

    name: SourceName
    kind: Literal["files", "database"]
    gives: Gives
    model: ModelId | None = None
    every: Interval = timedelta(hours=1)
    columns: Annotated[dict[Label, RoleColumn], Field(max_length=5_000)] = {}
    path: Place | None = None
    url_env: Variable | None = None
    query: Annotated[str, StringConstraints(min_length=1, max_length=50_000)] | None = None
    since: RoleColumn | None = None
    overlap: Interval = NO_OVERLAP

    @model_validator(mode="after")
    def _has_what_its_kind_needs(self) -> Self:
        needed = {"files": ("path",), "database": ("url_env", "query")}
        others = {"files": ("url_env", "query", "since"), "database": ("path",)}
        given = self.model_dump(exclude_none=True)
        faults = [
            ((name,), f"received none; a source of kind {self.kind} needs it; add it", None)
            for name in needed[self.kind]
            if name not in given
        ]
        faults += [
            ((name,), f"received a value; a source of kind {self.kind} has none; remove it", given[name])
            for name in others[self.kind]
            if name in given
        ]
        refuse([*faults, *self._faults_of_model(), *self._faults_of_times(), *self._faults_of_place()])
        return self

    def _faults_of_model(self) -> list[tuple[tuple[str, ...], str, object]]:
        about = self.gives in ROWS_OF_A_MODEL
        if about and self.model is None:
            return [(("model",), f"received none; {self.gives} are rows of one model; name it", None)]
        if not about and self.model is not None:
            return [(("model",), f"received a value; {self.gives} name their models themselves; remove it", self.model)]
        if self.columns and not about:
            return [(("columns",), f"received names; {self.gives} have no columns; remove them", dict(self.columns))]
        if self.kind == "database" and self.gives == "lineage":
            return [
                (("gives",), "received lineage; allowed from a database are rows and events; use files", self.gives)
            ]
        return []

    def _faults_of_times(self) -> list[tuple[tuple[str, ...], str, object]]:
        if self.every < SHORTEST:
            return [(("every",), f"received {self.every}; allowed are 10s to 366d; change it", str(self.every))]
        if self.query is not None and (":since" in self.query) != (self.since is not None):
            message = "received one of `since` and `:since` in the query; allowed are both or none; add the other"
            return [(("since",), message, self.since)]
        return []

    def _faults_of_place(self) -> list[tuple[tuple[str, ...], str, object]]:
        if self.path is None or self.path.startswith("/"):
            return []
        message = f"received {shown(self.path)}; allowed is an absolute path of this machine; write it whole"
        return [(("path",), message, self.path)]


class Sources(StrictModel):
    """Everything that config/sources.yaml names."""

    sources: Annotated[list[Source], Field(max_length=10_000)] = []

    @model_validator(mode="after")
    def _names_differ(self) -> Self:
        twice = [name for name, count in Counter(one.name for one in self.sources).items() if count > 1]
        refuse((("sources",), f"received the name {name} twice; allowed is once; rename one", name) for name in twice)
        return self


def load_sources(home: Path) -> dict[str, Source]:
    """The sources of a home by name.

    They stand in the file that DASHBOARD_SOURCES names, else in `config/sources.yaml` of the home, else in the one
    beside the program; without any of these there are none. Raises InputRefusedError with a Problem for each fault.
    """
    setting, own = os.environ.get(SETTING), home / SOURCES_FILE
    if setting:
        path, name = Path(setting), setting
    else:
        path, name = (own, str(own)) if own.is_file() else (resource(SOURCES_FILE), str(SOURCES_FILE))
        if not path.exists():
            return {}
    return {one.name: one for one in read_settings(Sources, path, name).sources}
