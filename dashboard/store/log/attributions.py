"""Contributions to scores that were computed elsewhere, for models whose files cannot be loaded here.

A file has a row for each prediction: its id, the base, and a column for each feature of the card. Base and
contributions must add up to the logged score, to its log-odds or to its logarithm; which of them, the file shows. Of
several classes the log has no such score: the file brings that of the predicted class, which is the one explained.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from uuid import uuid4

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.schema.canonical import canonical_sql
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import VERSION_COLUMN
from dashboard.schema.card.metric_names import MULTICLASS
from dashboard.store.log.call import Call, read_files
from dashboard.store.log.conflicts import rows_of
from dashboard.store.log.engine import copy_options
from dashboard.store.log.fields import VERSION_FIELD, Field, Kind, placed_fields
from dashboard.store.log.files import ATTRIBUTIONS, PREDICTIONS, file_path
from dashboard.store.log.order import Ingested, Outcome, Staged
from dashboard.store.log.quoting import chained, identifier, literal, path_list, path_literal
from dashboard.store.log.sources import Source
from dashboard.store.log.typing_pass import row_numbers
from dashboard.store.log.writing import additions_of, audit_of, name_deliveries
from dashboard.words import mark

BASE_COLUMN, SCALE_COLUMN = "_base", "_scale"
# Of several classes: the raw score of the class explained, under the name of its scale, and the class.
RAW_COLUMN, CLASS_COLUMN, CLASS = "_raw_score", "_class", "class"
RAW_NAMES = {"raw_score": "log_odds", "probability": "probability"}
SHOWN = 20
# How far a sum may be from the logged score, which files often round, in units of the score (probabilities: of 1).
WITHIN = 0.002
# What a raw score may be of a score, by the name of its scale: the score that follows from a sum.
SCALES = {
    "binary_classification": {"log_odds": "1 / (1 + exp(-least(greatest(total, -700), 700)))", "probability": "total"},
    "regression": {"number": "total", "log": "exp(least(total, 700))"},
    MULTICLASS: dict.fromkeys(RAW_NAMES.values(), "total"),
}
COMPLETE = "correct it, or leave the row out"
RAW_EMPTY = "the score of the predicted class is empty; it is needed to check the sum"


def attribution_fields(card: ModelCard, source: Source) -> list[Field]:
    """The columns that a file of attributions must have: the id, the base, each feature of the card, and the version.

    Of several classes also `raw_score` or `probability` of the predicted class; `class` may name it. Raises
    InputRefusedError naming the columns that it lacks.
    """
    own = card.data.prediction_id
    named = own if own in source.columns else "prediction_id"
    fields = [
        Field("_id", named, Kind.ID),
        VERSION_FIELD,
        Field(BASE_COLUMN, "base", Kind.NUMBER, wanted="what contributions are added to"),
        *(Field(name, name, Kind.NUMBER) for name in card.data.features),
    ]
    optional: set[str | None] = {VERSION_COLUMN} if len(card.versions) == 1 else set()
    if card.task == MULTICLASS:
        raw = next((name for name in RAW_NAMES if name in source.columns), "raw_score")
        fields.append(Field(RAW_COLUMN, raw, Kind.NUMBER, wanted="needed to check the sums"))
        fields.append(Field(CLASS_COLUMN, CLASS, Kind.TEXT))
        optional.add(CLASS)
    return placed_fields(fields, source, optional)


def bring_attributions(call: Call) -> Outcome:
    """Read and check files of attributions, and make the files to add. Raises InputRefusedError."""
    read_files(call, attribution_fields, [])
    call.progress(0.5, mark("Comparing with the log"))
    _join(call)
    scale = _scale(call)
    _check(call, scale)
    staged = _stage(call, scale)
    added = sum(one.rows for one in staged)
    # What was delivered before concerns labels alone.
    call.connection.execute("CREATE TABLE deliveries (delivery VARCHAR, name VARCHAR, sha256 VARCHAR)")
    name_deliveries(call)
    context = audit_of(call, added, 0)
    ingested = Ingested(len(call.typings), call.received, added, call.received - added, 0, 0, 0, call.notes())
    additions = () if call.order.is_trial else additions_of(call, staged)
    return Outcome(ingested, additions, (), context.before, context.after)


def _join(call: Call) -> None:
    """Make `summed`: each row with its sum, and the instant and score of the newest prediction that it is about."""
    names = [BASE_COLUMN, *call.card.data.features]
    total = chained([identifier(name) for name in names], "+")
    files = [file_path(call.log, file) for file in call.log.of_kind(PREDICTIONS)]
    several = call.card.task == MULTICLASS
    raw = f"i.{RAW_COLUMN}, i.{CLASS_COLUMN}" if several else f"NULL AS {RAW_COLUMN}, NULL AS {CLASS_COLUMN}"
    score = "VARCHAR" if several else "DOUBLE"
    known = f"SELECT NULL::VARCHAR AS id, NULL::VARCHAR AS _version, NULL::TIMESTAMP AS _at, NULL::{score} AS _score"
    if files:
        name = canonical_sql("_id", "VARCHAR")
        known = (
            f"SELECT {name} AS id, _version, max(_at) AS _at, arg_max(_score, _at) AS _score "
            f"FROM read_parquet({path_list(files)}, union_by_name = true) "
            f"WHERE {name} IN (SELECT _id FROM incoming) GROUP BY ALL"
        )
    call.connection.execute(f"""
        CREATE TABLE summed AS
        SELECT i._id, i._version, i._source, p._at, p._score, {total} AS total, {raw},
            count(*) OVER (PARTITION BY i._id, i._version) AS times
        FROM incoming i LEFT JOIN ({known}) p ON i._id = p.id AND i._version = p._version
    """)


def _scale(call: Call) -> str:
    """The scale on which most rows add up to their scores; of several classes the files say which."""
    if call.card.task == MULTICLASS:
        named = {field.source for typing in call.typings for field in typing.fields if field.stored == RAW_COLUMN}
        if len(named) > 1:
            message = f"received files with {' and '.join(sorted(named))}; allowed is one of them; bring them apart"
            raise InputRefusedError([Problem(message)])
        return RAW_NAMES[named.pop()]
    return max(
        SCALES[call.card.task], key=lambda scale: call.count(f"SELECT count(*) FROM summed WHERE {_fits(call, scale)}")
    )


def _fits(call: Call, scale: str) -> str:
    wanted = _wanted(call)
    units = {"regression": f"greatest(abs({wanted}), 1e-9)", MULTICLASS: f"greatest(abs({wanted}), 1)"}
    return f"abs({SCALES[call.card.task][scale]} - {wanted}) <= {WITHIN} * {units.get(call.card.task, '1')}"


def _wanted(call: Call) -> str:
    """What sums must come to: the logged score; of several classes what the file says of the predicted one."""
    return RAW_COLUMN if call.card.task == MULTICLASS else "_score"


def _check(call: Call, scale: str) -> None:
    faults = {
        "there is no such prediction in the log; ingest predictions first, or correct the id": "_at IS NULL",
        "the id comes twice; allowed is one row for each prediction": "times > 1",
        "a contribution or the base is empty; all of them are needed; use 0 where a feature contributes nothing": (
            "total IS NULL OR isnan(total)"
        ),
        "the prediction has no score": "_score IS NULL",
        **(_faults_of_classes(scale) if call.card.task == MULTICLASS else {}),
        f"base and contributions do not add up to the score; {COMPLETE}": f"NOT ({_fits(call, scale)})",
    }
    condition = " ".join(f"WHEN {rule} THEN {number}" for number, rule in enumerate(faults.values()))
    wrong = f"SELECT _id, CASE {condition} END AS fault, total, {_wanted(call)}, _score FROM summed"
    wrong = f"SELECT * FROM ({wrong}) WHERE fault IS NOT NULL"
    total = call.count(f"SELECT count(*) FROM ({wrong})")
    if not total:
        return
    found = {str(row[0]): row[1:] for row in call.execute(f"{wrong} LIMIT {SHOWN}")}
    problems = list(_problems(call, found, list(faults)))
    raise InputRefusedError(problems[:SHOWN], max(total, len(problems)))


def _faults_of_classes(scale: str) -> dict[str, str]:
    """What may be wrong about the class that a row explains."""
    other = f"explains another class than the predicted one; {COMPLETE}"
    faults = {RAW_EMPTY: f"{RAW_COLUMN} IS NULL OR isnan({RAW_COLUMN})"}
    if scale == "probability":
        faults["a probability lies between 0 and 1; correct it"] = f"{RAW_COLUMN} NOT BETWEEN 0 AND 1"
    return {**faults, other: f"{CLASS_COLUMN} IS NOT NULL AND {CLASS_COLUMN} <> _score"}


def _problems(call: Call, found: dict[str, tuple[object, ...]], faults: Sequence[str]) -> Iterator[Problem]:
    features = list(call.card.data.features)
    columns = ", ".join(["_id", *(identifier(name) for name in (BASE_COLUMN, *features))])
    for typing in call.typings:
        written = {field.stored: field.source for field in typing.fields}
        rows = rows_of(call, typing, columns, list(found))
        shown = row_numbers(typing.source, [int(str(row[0])) for row in rows])
        for number, name, *values in rows:
            fault, total, wanted, score = found[str(name)]
            message, place = faults[int(str(fault))], written["_id"]
            if total is None:
                empty = next(
                    (n for n, v in zip((BASE_COLUMN, *features), values, strict=True) if v is None), BASE_COLUMN
                )
                place = written[empty]
            elif "add up" in message:
                place, message = (
                    written[BASE_COLUMN],
                    f"received a sum of {total:.6g} for a score of {wanted:.6g}; {message}",
                )
            elif "another class" in message:
                place, message = written[CLASS_COLUMN], f"received a row that {message} ({score})"
            elif message == RAW_EMPTY or "probability" in message:
                place = written[RAW_COLUMN]
            if place == written["_id"]:
                message = f"received {shorten(name)}; {message}"
            yield Problem(message, typing.source.name, shown[int(str(number))], place)


def _stage(call: Call, scale: str) -> list[Staged]:
    """Write what the log does not have yet to one file per input file and version."""
    features = [identifier(name) for name in (BASE_COLUMN, *call.card.data.features)]
    columns = ", ".join(["_id", "_version", "_at", SCALE_COLUMN, *features])
    given = ", ".join(f"i.{name}" for name in features)
    rows = (
        f"SELECT i._id, i._version, s._at, {literal(scale)} AS {SCALE_COLUMN}, {given}, i._source "
        "FROM incoming i JOIN summed s ON i._id = s._id AND i._version = s._version"
    )
    known = [file_path(call.log, file) for file in call.log.of_kind(ATTRIBUTIONS)]
    if known:
        there = f"SELECT {columns} FROM read_parquet({path_list(known)}, union_by_name = true)"
        rows = f"SELECT * FROM ({rows}) WHERE ({columns}) NOT IN ({there})"
    call.connection.execute(f"CREATE TABLE fresh_attributions AS {rows}")
    groups = call.execute(
        "SELECT _version, _source, count(*), min(_at), max(_at) FROM fresh_attributions GROUP BY ALL ORDER BY ALL"
    )
    staged = []
    for version, source, size, first, last in groups:
        path: Path = call.space / f"{uuid4()}.parquet"
        call.connection.execute(f"""
            COPY (SELECT {columns} FROM fresh_attributions
                WHERE _version = {literal(str(version))} AND _source = {int(str(source))} ORDER BY _id)
            TO {path_literal(path)} ({copy_options(len(features))})
        """)
        staged.append(
            Staged(
                path, ATTRIBUTIONS, str(version), str(first)[:7], int(str(size)), 0, first, last,  # type: ignore[arg-type]
                source=int(str(source)),
            )
        )  # fmt: skip
    return staged
