"""Whether the reasons of a model move: importance by period, and main reasons from version to version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from dashboard.explanations.cases.explaining import explain_rows
from dashboard.explanations.drift.reasons import Explained, importances, reason_changes
from dashboard.explanations.expectations.updating import periods_of
from dashboard.explanations.rows.picks import latest_span
from dashboard.explanations.rows.reading import case_columns, draw_rows, span_of
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.profiles.windows import open_profiles
from dashboard.schema.card.card import ModelCard
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.context import refuse
from dashboard.views.kept import kept_while
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.records import records
from dashboard.views.registry import view
from dashboard.words import Sentence, mark, share

REASONS = declare(
    "period feature importance",
    Column("main", "share", mark("Main reason of")),
    Column("rows", "count", mark("Rows of the sample")),
    "version",
)
CHANGES = declare(
    "version",
    Column("against", "text", mark("Compared with version")),
    Column("rows", "count", mark("Rows of the sample")),
    Column("kept", "count", mark("Keep their score")),
    Column("changed", "count", mark("Of these another main reason")),
    Column("share", "share", mark("Share with another main reason")),
    Column("low", "share", mark("95% from")),
    Column("high", "share", mark("95% to")),
    "reason",
)
# Rows of each period, and of a comparison of versions; periods, counted from the latest.
ROWS_OF_PERIOD, ROWS_OF_VERSIONS, MOST_PERIODS = 100, 300, 6
KEEP = mark(
    "Of {rows} cases {kept} keep their score from version {against} to version {version}; of these {share} have "
    "another main reason."
)
NONE_KEEP = mark("None of {rows} cases keeps its score from version {against} to version {version}.")


@view("reasons", columns=REASONS)
def reasons(store: Store, query: Query) -> pd.DataFrame:
    """Do the reasons of the model move from period to period?

    Columns: period, feature, importance (share of the mean absolute contribution), main (share of cases whose main
    reason it is), rows (of the sample), version (whose model file explains all periods, so that only the cases
    differ: the asked-for one, else the newest that has a file). At most 100 rows of each of the last six periods.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    return kept_while(store, ("log_files", "cards", "profiles"), ("reasons", query.model, query.version, query.as_of),
                      lambda: _by_period(store, card, query))  # fmt: skip


@view("reason-changes", columns=CHANGES)
def changed_reasons(store: Store, query: Query) -> pd.DataFrame:
    """How many cases keep their score from one version to another and have another main reason?

    Columns: version, against (the versions: the asked-for ones, else the newest two with a model file), rows (at most
    300 of the last 90 days of the log), kept (scores that differ by less than a tenth of their standard deviation),
    changed (of these, cases with another main reason), share, low, high (95 % interval by Wilson), reason. One row;
    none with fewer than two versions that can be explained.
    """
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    asked = query.version, query.against, query.as_of
    found = kept_while(store, ("log_files", "cards"), ("reason changes", query.model, *asked),
                       lambda: _between(store, card, query))  # fmt: skip
    return found.assign(reason=[_said(row, query.language) for row in records(found)])


def _by_period(store: Store, card: ModelCard, query: Query) -> pd.DataFrame:
    profiles = open_profiles(store, card, query.as_of)
    version = query.version or next(iter(_with_file(card)), None)
    rows: list[tuple[object, ...]] = []
    if profiles is not None and version is not None:
        for period in periods_of(card, profiles)[-MOST_PERIODS:]:
            span = span_of(card, period.start, period.end)
            sample = draw_rows(store, card, span, case_columns(card), ROWS_OF_PERIOD).frame
            found = importances(_explained(store, card, version, sample))
            rows += [(period.name, one.feature, one.importance, one.main, len(sample), version) for one in found]
    return pd.DataFrame(rows, columns=REASONS.names, dtype=object)


def _between(store: Store, card: ModelCard, query: Query) -> pd.DataFrame:
    known = _with_file(card)
    version = query.version or next(iter(known), None)
    against = query.against or next((name for name in known if name != version), None)
    for option, name in (("--version", version), ("--against", against)):
        if name is not None and name not in [one.version for one in card.versions]:
            refuse(option, f"received {name}; versions are {', '.join(one.version for one in card.versions)}")
    span = latest_span(store, card)
    if version is None or against is None or span is None:
        return pd.DataFrame(columns=CHANGES.names, dtype=object)
    sample = draw_rows(store, card, span, case_columns(card), ROWS_OF_VERSIONS).frame
    before, after = (_explained(store, card, name, sample) for name in (against, version))
    if not before or not after:
        return pd.DataFrame(columns=CHANGES.names, dtype=object)
    found = reason_changes(before, after)
    row = (version, against, found.rows, found.kept, found.changed, found.share, found.low, found.high, None)
    return pd.DataFrame([row], columns=CHANGES.names, dtype=object)


def _with_file(card: ModelCard) -> list[str]:
    """The versions with a model file, the newest first."""
    return [version.version for version in reversed(card.versions) if version.artifact_sha256]


def _explained(store: Store, card: ModelCard, version: str, sample: pd.DataFrame) -> Sequence[Explained]:
    """The cases as a version explains them; nothing where it cannot."""
    if sample.empty:
        return []
    try:
        found = explain_rows(store, card, version, sample[list(card.data.features)])
    except ModelRefusedError:
        return []
    return [Explained(one.score, one.contributions) for one in found]


def _said(row: Mapping[str, Any], language: str) -> str:
    values = {name: row[name] for name in ("rows", "kept", "version", "against")}
    if not row["kept"]:
        return Sentence(NONE_KEEP, values).render(language)
    return Sentence(KEEP, {**values, "share": share(float(row["share"]), language, 0)}).render(language)
