"""Which column of an input file becomes which column of the log, as the card says."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from enum import Enum

from dashboard.errors import SHOWN_CHARACTERS, SHOWN_PROBLEMS, InputRefusedError, Problem
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import VERSION_COLUMN
from dashboard.store.log.sources import Source, is_index

NO_COLUMN = ""
# Begins the stored name of a column that would collide with one of ours; no column of ours begins so.
OWN_NAME = "_+"
# Writing and reading a row of Parquet costs squared in the number of columns from a few thousand on.
MOST_EXTRA = 2_000
# Looking for a name like one that is missing takes time by the number of columns.
HINTS, HINTS_AMONG = SHOWN_PROBLEMS, 2_000
ACTUALS_COLUMNS = {"prediction_id": "prediction_id", "actual": "actual", "known_at": "known_at"}


class Kind(Enum):
    """What the values of a column mean, and so how they are read and checked."""

    ID = "id"
    INSTANT = "instant"
    KNOWN_AT = "known_at"
    VERSION = "version"
    PROBABILITY = "probability"
    NUMBER_SCORE = "number_score"
    CLASS_SCORE = "class_score"
    BINARY = "binary"
    NUMBER_ACTUAL = "number_actual"
    CLASS_ACTUAL = "class_actual"
    NUMBER = "number"
    TEXT = "text"
    EXTRA = "extra"


SQL_TYPES = {
    Kind.INSTANT: "TIMESTAMP",
    Kind.KNOWN_AT: "TIMESTAMP",
    Kind.PROBABILITY: "DOUBLE",
    Kind.NUMBER_SCORE: "DOUBLE",
    Kind.BINARY: "DOUBLE",
    Kind.NUMBER_ACTUAL: "DOUBLE",
    Kind.NUMBER: "DOUBLE",
}
SCORES = {
    "binary_classification": Kind.PROBABILITY,
    "multiclass_classification": Kind.CLASS_SCORE,
    "regression": Kind.NUMBER_SCORE,
}
ACTUALS = {
    "binary_classification": Kind.BINARY,
    "multiclass_classification": Kind.CLASS_ACTUAL,
    "regression": Kind.NUMBER_ACTUAL,
}


def actual_type(card: ModelCard) -> str:
    """The DuckDB type of a label in the log."""
    return SQL_TYPES.get(ACTUALS[card.task], "VARCHAR")


@dataclass(frozen=True)
class Field:
    """A column of the log: its name there, the column of the file it comes from, and how that is read.

    `source` is written as in the file; `position` is that of the column there, None when the file may do without it
    and does. `wanted` says why a file must have it.
    """

    stored: str
    source: str
    kind: Kind
    position: int | None = None
    wanted: str = "named in the card"

    @property
    def sql_type(self) -> str:
        """The DuckDB type in the log."""
        return SQL_TYPES.get(self.kind, "VARCHAR")


VERSION_FIELD = Field("_version", VERSION_COLUMN, Kind.VERSION, wanted="needed when the card has several versions")


def content_fields(card: ModelCard) -> list[Field]:
    """The log columns that make up the content of a prediction: all that the card names but id, actual and known_at."""
    data = card.data
    fields = [
        Field("_at", data.predicted_at, Kind.INSTANT),
        VERSION_FIELD,
        Field("_score", data.score, SCORES[card.task]),
    ]
    if data.cluster is not None:
        fields.append(Field("_cluster", data.cluster, Kind.TEXT))
    for name, feature in data.features.items():
        fields.append(Field(name, name, Kind.NUMBER if feature.kind == "numeric" else Kind.TEXT))
    fields.extend(Field(name, name, Kind.TEXT) for name in data.groups if name not in data.features)
    if data.amount is not None and data.amount not in data.features:
        fields.append(Field(data.amount, data.amount, Kind.NUMBER))
    return fields


def prediction_fields(card: ModelCard, source: Source) -> list[Field]:
    """The log columns that a prediction file fills, extra columns included.

    Raises InputRefusedError naming every column that the card asks for and the file lacks, and for a file with over
    MOST_EXTRA columns that the card does not name.
    """
    data = card.data
    fields = [
        Field("_id", data.prediction_id, Kind.ID),
        *content_fields(card),
        Field("_actual", data.actual, ACTUALS[card.task]),
    ]
    if data.known_at is not None:
        fields.append(Field("_known_at", data.known_at, Kind.KNOWN_AT))
    if data.cluster is None:
        fields.append(Field("_cluster", NO_COLUMN, Kind.TEXT))
    optional = {data.actual, data.known_at, NO_COLUMN} | ({VERSION_COLUMN} if len(card.versions) == 1 else set())
    placed = _placed(fields, _Named(source, data.columns), optional)
    extras = _extra_positions(source, placed)
    if len(extras) > MOST_EXTRA:
        message = (
            f"received {len(extras)} columns that the card does not name; at most {MOST_EXTRA} are allowed; "
            "leave out what the model does not use, or name it on the card"
        )
        raise InputRefusedError([Problem(message, source.name, source.header_row)])
    return [*placed, *_extras(source, placed, extras)]


def actual_fields(card: ModelCard, source: Source) -> list[Field]:
    """The log columns that a file of actuals fills: id, actual and, where there is one, the instant it became known.

    Columns have the card's names; where one is absent, the general name (`prediction_id`, `actual`, `known_at`) serves.
    Raises InputRefusedError naming the columns that the file lacks.
    """
    data = card.data
    columns = _Named(source, data.columns)
    named = {"prediction_id": data.prediction_id, "actual": data.actual, "known_at": data.known_at or "known_at"}
    chosen = {
        role: ACTUALS_COLUMNS[role] if name not in columns.names and ACTUALS_COLUMNS[role] in columns.names else name
        for role, name in named.items()
    }
    fields = [
        Field("_id", chosen["prediction_id"], Kind.ID),
        Field("_actual", chosen["actual"], ACTUALS[card.task]),
        Field("_known_at", chosen["known_at"], Kind.KNOWN_AT),
    ]
    if data.by_instant:
        fields.append(Field("_at", data.predicted_at, Kind.KNOWN_AT))
    return _placed(fields, columns, {chosen["known_at"], data.predicted_at})


def placed_fields(fields: list[Field], source: Source, optional: set[str | None]) -> list[Field]:
    """The fields where a file has them; raises InputRefusedError naming the columns that it lacks."""
    return _placed(fields, _Named(source, {}), optional)


class _Named:
    """The columns of a file by the names that the card gives them."""

    def __init__(self, source: Source, columns: Mapping[str, str]) -> None:
        """Rename by `columns`: name in the file -> name on the card."""
        self.source = source
        self.names = [columns.get(name, name) for name in source.columns]


def _placed(fields: list[Field], columns: _Named, optional: set[str | None]) -> list[Field]:
    source = columns.source
    positions = {name: position for position, name in enumerate(columns.names) if name != NO_COLUMN}
    problems = [*_missing(fields, columns, optional), *_twice(fields, columns)]
    if problems:
        raise InputRefusedError(problems)
    return [
        Field(
            field.stored,
            source.columns[positions[field.source]] if field.source in positions else field.source,
            field.kind,
            positions.get(field.source),
        )
        for field in fields
    ]


def _twice(fields: list[Field], columns: _Named) -> Iterator[Problem]:
    """Columns that the card names and the file has more than once, so that which one is meant is not known."""
    received = Counter(columns.names)
    for name in dict.fromkeys(field.source for field in fields if field.source != NO_COLUMN):
        if received[name] < 2:
            continue
        written = [there for there, named in zip(columns.source.columns, columns.names, strict=True) if named == name]
        seen = " and ".join(repr(there[:SHOWN_CHARACTERS]) for there in written[:3])
        message = f"received {received[name]} columns for it ({seen}); allowed is one; remove or rename the others"
        yield Problem(message, columns.source.name, columns.source.header_row, name[:SHOWN_CHARACTERS])


def _extra_positions(source: Source, placed: list[Field]) -> list[int]:
    """Where the columns are that the card does not name and that mean something."""
    used = {field.position for field in placed} | set(source.left_out)
    return [place for place, name in enumerate(source.columns) if place not in used and not is_index(name)]


def _extras(source: Source, placed: list[Field], positions: list[int]) -> Iterator[Field]:
    """The columns that the card does not name, each under a name of its own that is no name of ours or of the card.

    Names of ours begin with an underscore; DuckDB takes names that differ only in case for the same.
    """
    taken = {field.stored.casefold() for field in placed}
    for position in positions:
        name = source.columns[position]
        plain = "".join(sign if sign.isprintable() else " " for sign in name)
        base = plain if plain.strip() else f"column {position + 1}"
        stored = OWN_NAME + base if base.startswith("_") or base != name else base
        number = 2
        while stored.casefold() in taken:
            stored = f"{OWN_NAME}{number}:{base}"
            number += 1
        taken.add(stored.casefold())
        yield Field(stored, name, Kind.EXTRA, position)


def _missing(fields: list[Field], columns: _Named, optional: set[str | None]) -> Iterator[Problem]:
    source = columns.source
    folded = {name.casefold(): name for name in source.columns}
    left_out = set(columns.names) | optional
    missing: dict[str, str] = {}
    for field in fields:
        if field.source not in left_out:
            missing.setdefault(field.source, field.wanted)
    for place, (name, wanted) in enumerate(missing.items()):
        similar = source.columns if place < HINTS and len(source.columns) <= HINTS_AMONG else ()
        near = folded.get(name.casefold()) or next(iter(get_close_matches(name, similar, 1)), None)
        hint = f"did you mean '{near}'?" if near else f"the file has {_list(source.columns)}"
        yield Problem(f"received no such column; it is {wanted}; add or rename it ({hint})", source.name, None, name)


def _list(names: tuple[str, ...]) -> str:
    shown = ", ".join(name[:SHOWN_CHARACTERS] for name in names[:10])
    return f"{shown}, …" if len(names) > 10 else shown
