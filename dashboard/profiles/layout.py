"""What a model's profiles look like: bins of features, scores and labels, groups of clusters, segments.

A layout is made from the reference and kept; profiles of one layout add up. Column names with a leading underscore are
the log's own: `_score` and `_actual` are profiled like features, so that score and label drift need no second way.
"""

from __future__ import annotations

import json
import re
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from functools import cached_property
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

import numpy as np
from pydantic_core import from_json

from dashboard.profiles.bins import Bins, CategoryBins, Floats, bins_from_json
from dashboard.profiles.calendars import Cycle
from dashboard.profiles.dependence import Dependence
from dashboard.profiles.periods import Grain

SCORE, ACTUAL = "_score", "_actual"
# What stands for rare values and for none.
OTHER, MISSING = "(other)", "(missing)"
# Groups that the data do not name themselves; readers see them in their language.
OWN_NAMES = frozenset({OTHER, MISSING})
_LIKE_OURS = re.compile(r'"*\((other|missing)\)"*')
# Clusters fall into this many groups by hash; leaving out one group at a time gives the intervals.
CLUSTER_GROUPS = 32
# So many layouts are kept once they are read.
MOST_LAYOUTS = 64


@dataclass(frozen=True)
class OutcomeLayout:
    """Where scores and errors are counted.

    binary: `edges` are the thresholds at which decisions are counted, `threshold` the card's (in layouts before format
    4 `edges` are finer bins, and `coarse` those of cluster groups). regression: `edges` cut the predicted value into
    regions, `error_edges` the error; `centre` is subtracted from actuals before squaring, `quantile` is what is
    predicted. multiclass: `classes`.
    """

    edges: Floats
    coarse: Floats
    error_edges: Floats
    threshold: float = 0.5
    centre: float = 0.0
    quantile: float = 0.5
    classes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Segment:
    """How a column cuts the rows: by its text values (`edges` is None) or by ranges of a number.

    With `pair` it is no column of the log: the values of two other segments together.
    """

    column: str
    values: tuple[str, ...]
    edges: Floats | None = None
    pair: tuple[str, ...] = ()


@dataclass(frozen=True)
class Trait:
    """What the reference shows of a column beside its bins: how rows hang together, and the cycle of a calendar."""

    dependence: Dependence = Dependence()
    cycle: Cycle = ""


PLAIN = Trait()


@dataclass(frozen=True)
class CountedRule:
    """A rule of the card, by the text of its check: rows that break it and rows that it decides are counted."""

    name: str
    check: str


@dataclass(frozen=True)
class Layout:
    """The shape of all profiles of one model under one reference.

    `log_names` are the names in the log of the columns that have another one on the card, `amount` is the column that
    weighs what a prediction is worth.
    """

    layout_id: str
    model_id: str
    task: str
    time_zone: str
    base: Grain
    columns: tuple[Bins, ...]
    outcome: OutcomeLayout
    cluster_groups: int
    segments: tuple[Segment, ...]
    has_reference: bool
    traits: Mapping[str, Trait] = field(default_factory=dict)
    rules: tuple[CountedRule, ...] = ()
    log_names: Mapping[str, str] = field(default_factory=dict)
    amount: str | None = None

    def trait(self, column: str) -> Trait:
        """What the reference shows of a column."""
        return self.traits.get(column, PLAIN)

    @cached_property
    def zone(self) -> ZoneInfo:
        """The model's time zone."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def slices(self) -> dict[str, slice]:
        """Return where each column's slots stand in the one vector of counts."""
        ends = np.cumsum([bins.slots for bins in self.columns])
        return {bins.name: slice(int(end) - bins.slots, int(end)) for bins, end in zip(self.columns, ends, strict=True)}

    @property
    def slots(self) -> int:
        """Length of the vector of counts."""
        return sum(bins.slots for bins in self.columns)

    def column(self, name: str) -> Bins:
        """The bins of one column; raises KeyError for a name that is not profiled."""
        return next(bins for bins in self.columns if bins.name == name)

    def feature_names(self) -> list[str]:
        """The card's features, without score and label."""
        return [bins.name for bins in self.columns if bins.name not in (SCORE, ACTUAL)]

    def to_text(self) -> str:
        """The layout as JSON text for the store."""
        outcome, segments = self.outcome, self.segments
        return json.dumps(
            {
                "task": self.task,
                "time_zone": self.time_zone,
                "base": self.base,
                "columns": [bins.to_json() for bins in self.columns],
                "outcome": {
                    "edges": outcome.edges.tolist(),
                    "coarse": outcome.coarse.tolist(),
                    "error_edges": outcome.error_edges.tolist(),
                    "threshold": outcome.threshold,
                    "centre": outcome.centre,
                    "quantile": outcome.quantile,
                    "classes": list(outcome.classes),
                },
                "cluster_groups": self.cluster_groups,
                "segments": [
                    {
                        "column": s.column,
                        "values": list(s.values),
                        "edges": None if s.edges is None else s.edges.tolist(),
                        **({"pair": list(s.pair)} if s.pair else {}),
                    }
                    for s in segments
                ],
                "has_reference": self.has_reference,
                "traits": {name: asdict(trait) for name, trait in self.traits.items() if trait != PLAIN},
                "rules": [asdict(rule) for rule in self.rules],
                "log_names": dict(self.log_names),
                **({} if self.amount is None else {"amount": self.amount}),
            },
            separators=(",", ":"),
        )


_read: OrderedDict[tuple[str, str, int], Layout] = OrderedDict()
_reading = Lock()


def layout_from_text(layout_id: str, model_id: str, text: str) -> Layout:
    """A layout as `Layout.to_text` wrote it; the last ones read are kept, their texts, which are long, are not."""
    key = layout_id, model_id, hash(text)
    with _reading:
        if key not in _read:
            _read[key] = _layout(layout_id, model_id, text)
            if len(_read) > MOST_LAYOUTS:
                _read.popitem(last=False)
        _read.move_to_end(key)
        return _read[key]


def _layout(layout_id: str, model_id: str, text: str) -> Layout:
    # The same numbers as by json.loads in a fifth of its time: a layout is mostly digits.
    value: dict[str, Any] = from_json(text)
    outcome = value["outcome"]
    return Layout(
        layout_id=layout_id,
        model_id=model_id,
        task=value["task"],
        time_zone=value["time_zone"],
        base=value["base"],
        columns=tuple(bins_from_json(bins) for bins in value["columns"]),
        outcome=OutcomeLayout(
            edges=np.asarray(outcome["edges"], dtype=np.float64),
            coarse=np.asarray(outcome["coarse"], dtype=np.float64),
            error_edges=np.asarray(outcome["error_edges"], dtype=np.float64),
            threshold=outcome["threshold"],
            centre=outcome["centre"],
            quantile=outcome.get("quantile", 0.5),
            classes=tuple(outcome["classes"]),
        ),
        cluster_groups=value["cluster_groups"],
        segments=tuple(
            Segment(
                s["column"],
                tuple(s["values"]),
                None if s["edges"] is None else np.asarray(s["edges"], dtype=np.float64),
                tuple(s.get("pair", ())),
            )
            for s in value["segments"]
        ),
        has_reference=value["has_reference"],
        traits={
            name: Trait(Dependence(**trait["dependence"]), trait["cycle"])
            for name, trait in value.get("traits", {}).items()
        },
        rules=tuple(CountedRule(**rule) for rule in value.get("rules", [])),
        log_names=value.get("log_names", {}),
        amount=value.get("amount"),
    )


def category_slot(bins: CategoryBins) -> dict[str, int]:
    """Slot of each category; the rest stands at len(categories), missing behind it."""
    return {category: slot for slot, category in enumerate(bins.categories)}


def shown_value(value: str) -> str:
    """A category of the data under a name that is none of ours: one that is called (missing) stands in quotes.

    >>> shown_value("red"), shown_value(MISSING), shown_value('"(missing)"')
    ('red', '"(missing)"', '""(missing)""')
    """
    return f'"{value}"' if _LIKE_OURS.fullmatch(value) else value


def written(value: float) -> str:
    """A number as a segment's name has it: all its digits, none more.

    >>> written(2.5), written(1234567.0), written(0.1 + 0.2)
    ('2.5', '1234567', '0.3')
    """
    return f"{value:.15g}"
