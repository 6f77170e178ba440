"""Which feature of the card each column comes from that the steps before an estimator make of its features."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

Owners = list[str]


def column_owners(step: Any, owners: Sequence[str]) -> Owners | None:
    """The owner of each column that a fitted step gives for columns with these owners; None where columns are mixed.

    A column that is made of one column is that one's; so are its indicator of missing values, its categories and its
    bins. Steps that mix columns (PCA, polynomials) have no answer.
    """
    from sklearn.base import OneToOneFeatureMixin
    from sklearn.preprocessing import Normalizer

    if step is None or step == "passthrough":
        return list(owners)
    for kind, found in _known_steps().items():
        if isinstance(step, kind):
            return found(step, list(owners))
    if isinstance(step, OneToOneFeatureMixin) and not isinstance(step, Normalizer):
        return list(owners) if _columns_out(step, owners) in (None, len(owners)) else None
    if hasattr(step, "get_support"):
        return [owners[place] for place in step.get_support(indices=True)]
    return None


def _known_steps() -> dict[Any, Callable[[Any, Owners], Owners | None]]:
    from sklearn.compose import ColumnTransformer
    from sklearn.impute import KNNImputer, MissingIndicator, SimpleImputer
    from sklearn.pipeline import FeatureUnion, Pipeline
    from sklearn.preprocessing import (
        FunctionTransformer,
        KBinsDiscretizer,
        OneHotEncoder,
        SplineTransformer,
    )

    return {
        Pipeline: _of_pipeline,
        ColumnTransformer: _of_column_transformer,
        FeatureUnion: _of_union,
        OneHotEncoder: _of_one_hot,
        SimpleImputer: _of_imputer,
        KNNImputer: _of_imputer,
        MissingIndicator: _of_indicator,
        KBinsDiscretizer: _of_bins,
        SplineTransformer: _of_splines,
        FunctionTransformer: _of_function,
    }


def _columns_out(step: Any, owners: Sequence[str]) -> int | None:
    """How many columns a step gives, where it says so."""
    names = getattr(step, "feature_names_in_", None)
    try:
        return len(step.get_feature_names_out(None if names is not None else [f"x{n}" for n in range(len(owners))]))
    except (AttributeError, ValueError, NotImplementedError):
        return None


def _of_pipeline(step: Any, owners: Owners) -> Owners | None:
    found: Owners | None = owners
    for _, part in step.steps:
        if found is None:
            return None
        found = column_owners(part, found)
    return found


def _of_column_transformer(step: Any, owners: Owners) -> Owners | None:
    made: Owners = []
    for name, part, columns in step.transformers_:
        if part == "drop":
            continue
        chosen = _positions(step, columns, len(owners))
        if not chosen:
            continue
        found = column_owners(part, [owners[place] for place in chosen])
        if found is None or step.output_indices_[name] != slice(len(made), len(made) + len(found)):
            return None
        made += found
    return made


def _positions(step: Any, columns: Any, width: int) -> list[int]:
    """The positions of the columns that a part of a ColumnTransformer takes."""
    if isinstance(columns, slice) and not isinstance(columns.start, str) and not isinstance(columns.stop, str):
        return list(range(width))[columns]
    names = [str(name) for name in getattr(step, "feature_names_in_", [])]
    if isinstance(columns, slice):
        begin = names.index(columns.start) if columns.start is not None else 0
        end = names.index(columns.stop) + 1 if columns.stop is not None else width
        return list(range(begin, end))
    listed = [columns] if isinstance(columns, str | int | np.integer) else list(columns)
    if len(listed) and all(isinstance(one, bool | np.bool_) for one in listed):
        return [int(place) for place in np.flatnonzero(np.asarray(listed, dtype=bool))]
    return [names.index(one) if isinstance(one, str) else int(one) % width for one in listed]


def _of_union(step: Any, owners: Owners) -> Owners | None:
    made: Owners = []
    for _, part in step.transformer_list:
        if part == "drop":
            continue
        found = column_owners(part, owners)
        if found is None:
            return None
        made += found
    return made


def _of_one_hot(step: Any, owners: Owners) -> Owners:
    rare = getattr(step, "infrequent_categories_", None) or [None] * len(owners)
    dropped = step.drop_idx_ if step.drop_idx_ is not None else [None] * len(owners)
    made: Owners = []
    for owner, known, few, left_out in zip(owners, step.categories_, rare, dropped, strict=True):
        columns = len(known) - (0 if few is None else len(few) - 1) - (left_out is not None)
        made += [owner] * columns
    return made


def _of_imputer(step: Any, owners: Owners) -> Owners | None:
    """Its columns, without those that were always missing, then its indicators of missing values."""
    kept = owners
    if not step.keep_empty_features and hasattr(step, "statistics_"):
        empty = [value is None or value != value for value in step.statistics_]  # noqa: PLR0124 - NaN of any type
        kept = [owner for owner, gone in zip(owners, empty, strict=True) if not gone]
    indicator = getattr(step, "indicator_", None)
    found = kept if indicator is None else kept + _of_indicator(indicator, owners)
    return found if _columns_out(step, owners) in (None, len(found)) else None


def _of_indicator(step: Any, owners: Owners) -> Owners:
    return [owners[place] for place in step.features_]


def _of_bins(step: Any, owners: Owners) -> Owners:
    if step.encode == "ordinal":
        return owners
    return [owner for owner, bins in zip(owners, step.n_bins_, strict=True) for _ in range(int(bins))]


def _of_splines(step: Any, owners: Owners) -> Owners | None:
    columns, left = divmod(int(step.n_features_out_), len(owners))
    return None if left else [owner for owner in owners for _ in range(columns)]


def _of_function(step: Any, owners: Owners) -> Owners | None:
    """Functions of numpy that work on each number alone, and scikit-learn's check of a table."""
    function = step.func
    inner = getattr(function, "func", function)
    alone = function is None or isinstance(function, np.ufunc)
    return owners if alone or getattr(inner, "__module__", "") == "sklearn.utils.validation" else None
