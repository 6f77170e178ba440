"""What a model relies on: over all cases, in a window or a segment against the rest, by the value of one feature."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any

import pandas as pd

from dashboard.explanations.cases.model_files import explainer_of
from dashboard.explanations.cohorts.dependence import dependence
from dashboard.explanations.cohorts.sample import Cohort, ExplainedSample, explain_sample, sample_cases
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.sandbox.warm import warm_worker
from dashboard.profiles.periods import day_span
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.store.engine.database import Store
from dashboard.store.importances import computed_importances, importances
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context, refuse
from dashboard.views.explanations import CONTRIBUTION, VALUE
from dashboard.views.kinds import Column, Columns
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

METHOD = Column("method", "code", mark("Method"))
LOW, HIGH = (
    Column(name, "number", label)
    for name, label in (("low", mark("Lower end (10%)")), ("high", mark("Upper end (90%)")))
)
SHARE_ENDS = tuple(
    Column(name, "share", label) for name, label in (("low", mark("95% from")), ("high", mark("95% to")))
)
OTHER = Column("other", "code", mark("Together with"))
STRENGTH = Column("strength", "number", mark("Strength"))
REST = Column("rest", "share", mark("Importance in the rest"))
REST_ROWS = Column("rest_rows", "count", mark("Rows of the rest"))
DEPENDENCE = declare("version feature", VALUE, CONTRIBUTION, LOW, HIGH, "rows reason")
INTERACTIONS = declare("version feature", OTHER, STRENGTH, "rows reason")
COHORT = declare("version feature importance", REST, "rows", REST_ROWS, "reason")
SHAP, UNKNOWN = "shap", "unknown"
# Cases that interactions are worked out on.
INTERACTION_ROWS = 60
NO_COHORT = "no segment and no days are named; name them: --segment COLUMN=VALUE, --from DAY, --to DAY"
Rows = list[dict[str, Any]]


@view("importance", columns=declare("version feature importance rows", METHOD, *SHARE_ENDS))
def importance(store: Store, query: Query) -> pd.DataFrame:
    """Which features does the model rely on?

    Columns: version, feature, importance (share of all features, sums to 1; null = unknown), rows (sample behind it),
    method (card, shap, permutation or unknown), low and high (95 % interval by the rows of the sample; null = not
    known), largest first. Of a segment or of days: on a sample of their cases.
    """
    context = model_context(store, query)
    card, found = context.card, list[dict[str, Any]]()
    whole = query.segment is None and query.start is None and query.end is None
    for version in card.versions:
        if query.version in (None, version.version):
            named = version.version
            found += _of_all(store, card, named, query) if whole else _of_cohort(store, context, named)
    return pd.DataFrame(found, dtype=object)


def _of_all(store: Store, card: ModelCard, version: str, query: Query) -> Rows:
    known = importances(store, card, query.as_of).get(version, {})
    row = computed_importances(store, card.id, query.as_of).get(version, {})
    stated = any(one.version == version and one.importance for one in card.versions)
    method = "card" if stated else str(row.get("method", UNKNOWN))
    intervals = None if stated else row.get("intervals")
    return _ranked(card, version, known, (None if stated else row.get("rows"), method), intervals or {})


def _of_cohort(store: Store, context: ModelContext, version: str) -> Rows:
    try:
        sample = explain_sample(store, context.card, version, _cohort(context))
    except ModelRefusedError:
        return _ranked(context.card, version, {}, (None, UNKNOWN), {})
    basis = len(sample.contributions), SHAP
    return _ranked(context.card, version, sample.shares(), basis, sample.intervals())


def _ranked(
    card: ModelCard,
    version: str,
    known: dict[str, float],
    basis: tuple[int | None, str],
    intervals: Mapping[str, Sequence[float] | None],
) -> Rows:
    rows, method = basis
    ends = {name: intervals.get(name) or (None, None) for name in card.data.features}
    return [
        {
            "version": version,
            "feature": name,
            "importance": known.get(name, 0.0) if known else None,
            "rows": rows,
            "method": method,
            "low": ends[name][0],
            "high": ends[name][1],
        }
        for name in sorted(card.data.features, key=lambda name: (-known.get(name, 0.0), name))
    ]


@view("dependence", columns=DEPENDENCE)
def dependence_view(store: Store, query: Query) -> pd.DataFrame:
    """How does the contribution of one feature depend on its value?

    Columns: version, feature (the most important one unless another is asked for), value (of a tenth of the sample its
    median; null = missing values), contribution (mean), low and high (10 % and 90 % of the cases lie below), rows,
    reason (why there is none).
    """
    context, version = _context(store, query)
    features = context.card.data.features
    if query.feature is not None and query.feature not in features:
        refuse("--feature", f"received {query.feature!r}; the card's features are {', '.join(features)}")

    def rows() -> Rows:
        sample = explain_sample(store, context.card, version, _cohort(context))
        shares = sample.shares()
        feature = query.feature or max(shares, key=lambda name: shares[name])
        return [
            {"version": version, "feature": feature, "value": canonical(point.value),
             "contribution": point.contribution, "low": point.low, "high": point.high, "rows": point.rows,
             "reason": None}
            for point in dependence(sample, feature)
        ]  # fmt: skip

    return _or_the_reason(rows, version, DEPENDENCE)


@view("interactions", columns=INTERACTIONS)
def interactions(store: Store, query: Query) -> pd.DataFrame:
    """Which features act together most?

    Columns: version, feature, other, strength (mean absolute Shapley interaction, in units of the raw score), rows,
    reason (why there is none: the score is no ensemble of trees).
    """
    context, version = _context(store, query)

    def rows() -> Rows:
        explainer = explainer_of(store, context.card, version)
        drawn = sample_cases(store, context.card, version, _cohort(context), INTERACTION_ROWS)
        if not drawn.rows.num_rows:
            raise ModelRefusedError("the log has no such predictions of this version")
        columns = {name: drawn.rows.column(name).to_pylist() for name in context.card.data.features}
        found = warm_worker().interactions(explainer.file, columns, explainer.sampler)
        return [
            {"version": version, "feature": one, "other": other, "strength": amount, "rows": drawn.rows.num_rows,
             "reason": None}
            for one, other, amount in found.pairs
        ]  # fmt: skip

    return _or_the_reason(rows, version, INTERACTIONS)


@view("cohort", columns=COHORT)
def cohort(store: Store, query: Query) -> pd.DataFrame:
    """What drives the model in these cases, against all others?

    Columns: version, feature, importance (share, in the segment or the days asked for), rest (share in the other cases:
    of a segment in the same days, of days at all other times), rows, rest_rows, reason (why there is none).
    """
    context, version = _context(store, query)

    def rows() -> Rows:
        asked = _cohort(context)
        if asked.segment is None and asked.span is None:
            raise ModelRefusedError(NO_COHORT)
        here = explain_sample(store, context.card, version, asked)
        rest = _rest(store, context, version, asked)
        shares, others = here.shares(), rest.shares()
        return [
            {"version": version, "feature": name, "importance": shares[name], "rest": others[name],
             "rows": len(here.contributions), "rest_rows": len(rest.contributions), "reason": None}
            for name in sorted(shares, key=lambda name: (-shares[name], name))
        ]  # fmt: skip

    return _or_the_reason(rows, version, COHORT)


def _rest(store: Store, context: ModelContext, version: str, asked: Cohort) -> ExplainedSample:
    """The other cases: not in the segment; of days without a segment, all of the log."""
    other = replace(asked, rest=True) if asked.segment is not None else Cohort()
    return explain_sample(store, context.card, version, other)


def _context(store: Store, query: Query) -> tuple[ModelContext, str]:
    """The context, and the version that is asked for, else the newest one with a model file, else the newest one."""
    context = model_context(store, query)
    versions = context.card.versions
    newest = next((one for one in reversed(versions) if one.artifact_sha256), versions[-1])
    return context, query.version or newest.version


def _cohort(context: ModelContext) -> Cohort:
    span = None if context.span is None else day_span(*context.span, context.card.zone)
    return Cohort(span, context.query.segment)


def _or_the_reason(rows: Callable[[], Rows], version: str, columns: Columns) -> pd.DataFrame:
    """The rows, or one that says why there are none."""
    try:
        found: Sequence[dict[str, Any]] = rows()
    except ModelRefusedError as refused:
        found = [{"version": version, "reason": str(refused)}]
    return pd.DataFrame(found, columns=columns.names, dtype=object)
