"""How far the data moved: features, scores and labels of any window against any reference."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import numpy as np
import pandas as pd

from dashboard.errors import shorten
from dashboard.measures.distribution import Distribution, distribution
from dashboard.measures.figure import finite
from dashboard.measures.judging.drift.comparison import ColumnDrift, Comparison, Rule, card_reference, judge_column
from dashboard.measures.judging.drift.season import Seasons
from dashboard.measures.judging.drift.status import rule_of
from dashboard.profiles.bins import CategoryBins, NumericBins
from dashboard.profiles.layout import ACTUAL, MISSING, OTHER, SCORE, shown_value
from dashboard.profiles.periods import YEAR, floor, months_later
from dashboard.profiles.windows import Profile, Window, merged, windows
from dashboard.store.engine.database import Store
from dashboard.store.importances import importance_in_force
from dashboard.views.columns import declare
from dashboard.views.context import ModelContext, model_context, refuse
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

# What `--feature` may name besides the card's features.
LOG_COLUMNS = {"score": SCORE, "actual": ACTUAL}


class References:
    """The window that each current window is held against."""

    def __init__(self, context: ModelContext) -> None:
        """Read what the query's reference needs, once."""
        self._context = context
        self._query = context.query
        profiles = context.profiles
        assert profiles is not None
        self.fixed_bins = self._query.reference is None
        self._seasons = Seasons(profiles, self._query.segment)
        self._earlier: list[Profile] = []
        self._window: Window | None = None
        if self._query.reference is None:
            self._window = card_reference(profiles, self._query.segment)
        elif self._query.reference == "last_year":
            self._earlier = profiles.read(("features",), None, None, self._query.segment)
        else:
            found = profiles.read(("features",), self._query.reference, None, self._query.segment)
            self._window = merged(found, context.layout) if found else None

    def beside(self, window: Window, profiles: Sequence[Profile]) -> Comparison:
        """A window made of these profiles and its reference; an empty one where there is none."""
        layout, reference = self._context.layout, self.of(profiles)
        fixed_bins = self.fixed_bins and self._query.segment is None
        chosen = self._context.card.data.reference
        days = (chosen.start, chosen.end) if chosen is not None and self.fixed_bins else None
        return Comparison(layout, window, merged([], layout) if reference is None else reference, fixed_bins, days)

    def judged(self, comparison: Comparison, column: str, rule: Rule) -> ColumnDrift:
        """One column; where it is held against the card's reference, with what the season explains."""
        return self._seasons.explained(comparison, judge_column(comparison, column, rule), rule)

    def of(self, profiles: Sequence[Profile]) -> Window | None:
        """The reference of a window made of these profiles."""
        if self._query.reference != "last_year":
            return self._window
        wanted = {months_later(profile.start, -YEAR) for profile in profiles}
        found = [profile for profile in self._earlier if profile.start in wanted]
        return merged(found, self._context.layout) if found else None


def after_reference(context: ModelContext) -> tuple[date, date] | None:
    """The days a drift view shows when none are asked for: everything after the card's reference."""
    reference = context.card.data.reference
    if context.span is not None or reference is None:
        return context.span
    return date.fromordinal(reference.end.toordinal() + 1), date(2200, 1, 1)


def chosen_columns(context: ModelContext) -> list[tuple[str, str]]:
    """(shown name, profiled column) of the features that the query asks for."""
    features = context.layout.feature_names()
    asked = context.query.feature
    if asked is None:
        return [(name, name) for name in features]
    if asked in features:
        return [(asked, asked)]
    if asked in LOG_COLUMNS:
        return [(asked, LOG_COLUMNS[asked])]
    refuse("--feature", f"received {shorten(asked)}; features are {', '.join(features)}, or score, actual")
    return []


SIDES = declare(
    Column("rows", "count", mark("Rows")),
    Column("reference_rows", "count", mark("Rows of the reference")),
    Column("off_by", "number", mark("Off by about")),
    Column("expected", "number", mark("Expected by chance")),
    Column("floor", "number", mark("By chance up to")),
    "reason",
)


@view("drift", columns=declare("period feature method value importance status", SIDES))
def drift(store: Store, query: Query) -> pd.DataFrame:
    """Does the model still see the data that it was made for?

    Columns: period, feature, method, value, importance (share, null = unknown), status, rows and reference_rows (what
    was compared), off_by (how much the value may be off where bins tell less than rows), expected (the value under no
    change), floor (what chance hardly exceeds among all columns of the model), reason. Within a period the features
    with the largest importance times drift come first.
    """
    context = model_context(store, query)
    return pd.DataFrame() if context.profiles is None else drift_of(store, context, chosen_columns(context))


def drift_of(store: Store, context: ModelContext, columns: Sequence[tuple[str, str]]) -> pd.DataFrame:
    """The rows of the view for some columns, named as `chosen_columns` names them; only where there are profiles."""
    query = context.query
    method = query.method or context.thresholds.drift.method
    references = References(context)
    importance = importance_in_force(store, context.card, query.version, query.as_of)
    groups: dict[datetime, list[Profile]] = {}
    for profile in context.read(("features",), after_reference(context)):
        groups.setdefault(floor(profile.start, context.by), []).append(profile)
    found = []
    for start in sorted(groups):
        (window,) = windows(groups[start], context.layout, context.by)
        comparison = references.beside(window, groups[start])
        rows: list[dict[str, object]] = []
        for name, column in columns:
            judged = references.judged(comparison, column, rule_of(comparison, context.thresholds, importance, method))
            rows.append({"period": window.label, **row_of(judged, name, method, importance, query.language)})
        found += sorted(rows, key=_rank)
    return pd.DataFrame(found)


def row_of(
    judged: ColumnDrift, name: str, method: str, importance: Mapping[str, float], language: str
) -> dict[str, object]:
    """What views tell of one column."""
    return {
        "feature": name,
        "method": method,
        "value": finite(judged.value),
        "importance": finite(importance.get(name, math.nan)),
        "status": judged.verdict.status,
        "rows": judged.rows,
        "reference_rows": judged.reference_rows,
        "off_by": finite(judged.off_by),
        "expected": finite(judged.expected),
        "floor": finite(judged.floor),
        "reason": judged.verdict.reason.render(language),
    }


def reference_distribution(
    reference: Window | None, context: ModelContext, column: str, fixed_bins: bool
) -> Distribution | None:
    """One column of the reference; its deciles are exact only for the card's own reference as a whole."""
    if reference is None:
        return None
    return distribution(reference, context.layout, column, fixed_bins and context.query.segment is None)


def _rank(row: dict[str, object]) -> tuple[float, float, str]:
    value = row["value"] if isinstance(row["value"], float) else -1.0
    weight = row["importance"] if isinstance(row["importance"], float) else 0.0
    return -value * weight, -value, str(row["feature"])


@view(
    "distribution",
    columns=declare("feature bin label lower upper reference_count reference_share current_count current_share"),
)
def feature_distribution(store: Store, query: Query) -> pd.DataFrame:
    """How is one feature distributed now, and how was it in the reference?

    Columns: feature, bin, label, lower, upper, reference_count, reference_share, current_count, current_share. Numeric
    features on up to 20 even ranges, categories as they are, missing values apart.
    """
    context = model_context(store, query)
    if context.profiles is None:
        return pd.DataFrame()
    if query.feature is None:
        refuse("--feature", "received none; name the feature whose distribution to show")
    ((name, column),) = chosen_columns(context)
    profiles = context.read(("features",), after_reference(context))
    if not profiles:
        return pd.DataFrame()
    now = distribution(merged(profiles, context.layout), context.layout, column)
    reference = References(context).of(profiles)
    then = reference_distribution(reference, context, column, context.query.reference is None)
    frame = _categories(then, now) if isinstance(now.bins, CategoryBins) else _ranges(then, now)
    for side in ("reference", "current"):
        whole = frame[f"{side}_count"].sum()
        frame[f"{side}_share"] = frame[f"{side}_count"] / whole if whole else None
    frame = frame[(frame["reference_count"] > 0) | (frame["current_count"] > 0)]
    return frame.assign(feature=name, bin=range(len(frame)))


def _categories(then: Distribution | None, now: Distribution) -> pd.DataFrame:
    bins = now.bins
    assert isinstance(bins, CategoryBins)
    sides = {"reference": then, "current": now}
    names = [*bins.categories, *sorted({*now.new, *(then.new if then else {})})]
    rest, missing = len(names), len(names) + 1
    columns: dict[str, list[float]] = {"reference": [], "current": []}
    for side, found in sides.items():
        for place in range(len(names) + 2):
            if found is None:
                columns[side].append(0)
            elif place < len(bins.categories):
                columns[side].append(float(found.counts[place]))
            elif place == rest:
                columns[side].append(float(found.counts[-2]) - sum(found.new.values()))
            elif place == missing:
                columns[side].append(float(found.counts[-1]))
            else:
                columns[side].append(float(found.new.get(names[place], 0)))
    labels = [*map(shown_value, names), OTHER, MISSING]
    frame = pd.DataFrame({"label": labels, "lower": np.nan, "upper": np.nan})
    frame["reference_count"], frame["current_count"] = columns["reference"], columns["current"]
    # Codes stand in the order of their numbers, not of their digits.
    codes = pd.to_numeric(frame["label"].iloc[:-2], errors="coerce")
    if codes.notna().all():
        frame = frame.loc[[*codes.sort_values().index, *frame.index[-2:]]]
    return frame


RANGES, SINGLE_VALUES = 20, 30


def _ranges(then: Distribution | None, now: Distribution) -> pd.DataFrame:
    bins = now.bins
    assert isinstance(bins, NumericBins)
    edges = bins.edges
    sides = {"reference": then, "current": now}
    cuts = _cuts(edges, [side for side in sides.values() if side is not None and side.known().sum()])
    place = np.searchsorted(cuts, np.append(edges, np.inf), side="left")
    frame = pd.DataFrame({"lower": np.append(np.nan, cuts), "upper": np.append(cuts, np.nan)})
    for name, side in sides.items():
        counts = np.zeros(len(cuts) + 1)
        if side is not None:
            np.add.at(counts, place, side.known())
        frame[f"{name}_count"] = counts
    ends = zip(frame["lower"], frame["upper"], strict=True)
    frame["label"] = [_range_label(low, high, bins.exact and len(cuts) <= SINGLE_VALUES) for low, high in ends]
    missing = {"label": MISSING, "lower": np.nan, "upper": np.nan}
    missing |= {"reference_count": then.counts[-1] if then else 0.0, "current_count": now.counts[-1]}
    return pd.concat([frame, pd.DataFrame([missing])], ignore_index=True)


def _cuts(edges: np.ndarray, sides: list[Distribution]) -> np.ndarray:
    """Even cuts over the range that holds all but half a percent of either side at each end."""
    if not len(edges) or not sides:
        return edges[:0]
    ends = []
    for side in sides:
        cumulated = np.cumsum(side.known())
        place = np.searchsorted(cumulated, cumulated[-1] * np.array([0.005, 0.995]))
        ends.append(np.clip(place, 0, len(edges) - 1))
    low, high = edges[min(end[0] for end in ends)], edges[max(end[1] for end in ends)]
    between = edges[(edges >= low) & (edges <= high)]
    # An edge just below another only sets a single value apart.
    between = between[~np.isin(np.nextafter(between, np.inf), between)]
    if len(between) <= SINGLE_VALUES:
        return between
    wanted = np.linspace(low, high, RANGES + 1)
    return np.unique(between[np.clip(np.searchsorted(between, wanted), 0, len(between) - 1)])


def _range_label(low: float, high: float, single: bool) -> str:
    if single and not math.isnan(high):
        return f"{high:.4g}"
    if math.isnan(low):
        return f"≤ {high:.4g}"
    return f"> {low:.4g}" if math.isnan(high) else f"{low:.4g} – {high:.4g}"
