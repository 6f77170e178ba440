"""What the columns of the prediction log mean."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dashboard.schema.card.row_rules import RuleSyntaxError, parse_rule
from dashboard.schema.card.versions import Share
from dashboard.schema.card.wording import Wording
from dashboard.schema.reading.strict_model import Fault, Location, StrictModel, refuse
from dashboard.schema.reading.suggestions import shown
from dashboard.schema.texts import ColumnName, Label, LocalText, RoleColumn, ShortLocalText
from dashboard.schema.times import Day, order_faults

# The four dimensions of data quality: how well data show reality, whether they are complete, consistent, and there.
Dimension = Literal["reality", "completeness", "consistency", "availability"]

FeatureKind = Literal["numeric", "categorical"]
# What tells one prediction of a model from another.
Key = Literal["id", "id+version", "id+instant"]
ROLE_COLUMNS = ("prediction_id", "predicted_at", "score", "actual", "known_at", "amount")
VERSION_COLUMN = "model_version"
NEVER_FEATURES = ("score", "actual")
Columns = Annotated[list[ColumnName], Field(max_length=100)]
Pair = Annotated[list[ColumnName], Field(min_length=2, max_length=2)]
# Between the names, and between the values, of two columns that are looked at together.
TOGETHER = " × "


Cost = Annotated[float, Field(ge=0, le=1e15, allow_inf_nan=False)]
Bound = Annotated[float, Field(ge=-1e300, le=1e300, allow_inf_nan=False)]


class Feature(StrictModel):
    """An input of the model; `unit` is that of a numeric feature.

    `range` is the lowest and the highest value that can be right (both may occur); where it is given it takes the place
    of the one that the reference shows. `required` tells that no row may lack a value. `cost_per_month` is what getting
    and keeping it costs, in the currency of the card's value; `personal_data` tells whether it is about a person.
    `category_labels` name categories for readers. A feature is `changeable` where somebody could act on it, so that
    what would have to change for another decision may name it; None = not stated.
    """

    kind: FeatureKind
    label: ShortLocalText | None = None
    unit: ShortLocalText | None = None
    category_labels: Annotated[dict[Label, ShortLocalText], Field(max_length=5_000)] = {}
    range: Annotated[list[Bound], Field(min_length=2, max_length=2)] | None = None
    required: bool = False
    cost_per_month: Cost | None = None
    personal_data: bool | None = None
    changeable: bool | None = None

    @model_validator(mode="after")
    def _only_categories_have_names(self) -> Self:
        if self.category_labels and self.kind == "numeric":
            message = (
                "received names of categories for a number; allowed are those of categorical features; remove them"
            )
            refuse([(("category_labels",), message, dict(self.category_labels))])
        return self

    @model_validator(mode="after")
    def _range_goes_up(self) -> Self:
        if self.range is not None and self.kind != "numeric":
            message = "received a range of a category; allowed is one of numeric features; remove it"
            refuse([(("range",), message, self.range)])
        if self.range is not None and self.range[0] > self.range[1]:
            low, high = self.range
            message = f"received {low:g} to {high:g}; allowed is the lower value first; swap them"
            refuse([(("range",), message, self.range)])
        return self


class RowRule(StrictModel):
    """A plausibility rule over the columns of a row; `limit` is the share of the rows that may break it.

    The grammar of `check` is that of `dashboard/schema/card/row_rules.py`.
    """

    name: Label
    check: Annotated[str, Field(min_length=1)]
    dimension: Dimension = "consistency"
    limit: Share = 0.0

    @model_validator(mode="after")
    def _can_be_read(self) -> Self:
        try:
            parse_rule(self.check)
        except RuleSyntaxError as error:
            message = (
                f"received {shown(self.check)}, of which {error}; allowed are comparisons of columns and constants, "
                'joined by and, or, not; write it like "arr_time >= dep_time"'
            )
            refuse([(("check",), message, self.check)])
        return self


class Reference(StrictModel):
    """The days that count as normal, `start` to `end` inclusive, in the model's time zone."""

    start: Day = Field(validation_alias="from", serialization_alias="from")
    end: Day = Field(validation_alias="to", serialization_alias="to")

    @model_validator(mode="after")
    def _ends_after_start(self) -> Self:
        refuse(order_faults(self.start, self.end))
        return self


class DataColumns(StrictModel):
    """The columns of the prediction rows by their role; `threshold` from which on a score means positive.

    `quantile` is the one that a regression predicts, for its pinball loss. `columns` renames those of
    the files: name there -> name on this card. `labels` name segments and protected columns that are no features for
    readers. No row lies before `first_day`. `key` tells one prediction from another:
    the id alone, the id and the version that scored it (several versions may score one case), or the id and the instant
    (one customer is scored again and again; each time by several versions). `rules` hold across the columns of a row.
    `reads` and `writes` are the datasets (NAMESPACE/NAME as in OpenLineage) that the model scores from and writes,
    where no job named as the model reports them. `wording` is what a decision of a binary model is called in sentences.
    `amount` is a number that weighs what a prediction is worth, by the prices of `business.value`: an invoice total.
    `protected_together` are pairs of protected columns whose combined values are groups of their own.
    """

    prediction_id: RoleColumn
    predicted_at: RoleColumn
    score: RoleColumn
    actual: RoleColumn
    positive: Label | None = None
    threshold: Share = 0.5
    quantile: Share = 0.5
    known_at: RoleColumn | None = None
    unit: ShortLocalText | None = None
    cluster: RoleColumn | None = None
    features: Annotated[dict[ColumnName, Feature], Field(min_length=1, max_length=5_000)]
    segments: Columns = []
    protected: Columns = []
    protected_together: Annotated[list[Pair], Field(max_length=20)] = []
    reference: Reference | None = None
    columns: Annotated[dict[Label, RoleColumn], Field(max_length=5_000)] = {}
    first_day: Day | None = None
    key: Key = "id+version"
    labels: Annotated[dict[ColumnName, ShortLocalText], Field(max_length=100)] = {}
    rules: Annotated[list[RowRule], Field(max_length=200)] = []
    wording: Wording | None = None
    reads: Annotated[list[Label], Field(max_length=100)] = []
    writes: Annotated[list[Label], Field(max_length=100)] = []
    amount: RoleColumn | None = None

    @property
    def by_instant(self) -> bool:
        """Return whether one id is scored again at other instants, so that labels are about an id and an instant."""
        return self.key == "id+instant"

    @property
    def groups(self) -> list[str]:
        """The columns that part the cases into groups, each once: segments, then protected ones."""
        return list(dict.fromkeys([*self.segments, *self.protected]))

    @property
    def pairs(self) -> dict[str, tuple[str, str]]:
        """The protected columns that are looked at together, by the name of the pair: sex × age_group."""
        return {TOGETHER.join(pair): (pair[0], pair[1]) for pair in self.protected_together}

    @property
    def compared(self) -> list[str]:
        """By what the treatment of people is compared: each protected column, then pairs of them."""
        return [*self.protected, *self.pairs]

    @model_validator(mode="after")
    def _columns_fit_together(self) -> Self:
        refuse(
            fault
            for check in (
                self._shared_roles,
                self._leaks,
                self._repeated,
                self._paired,
                self._similar,
                self.faults_of_renaming,
                self._labelled,
                self._rule_names,
                self._amounts,
            )
            for fault in check()
        )
        return self

    def _shared_roles(self) -> Iterator[Fault]:
        seen: dict[str, str] = {}
        for role in ROLE_COLUMNS:
            column = getattr(self, role)
            if column is None:
                continue
            if (other := seen.setdefault(column.casefold(), role)) != role:
                message = f"received '{column}', which is the {other} too; allowed is a column of its own; name another"
                yield ((role,), message, column)

    def _leaks(self) -> Iterator[Fault]:
        kept_out = {getattr(self, role).casefold(): role for role in NEVER_FEATURES}
        for name in self.features:
            if role := kept_out.get(name.casefold()):
                message = f"received the {role} as a feature; allowed are inputs of the model; remove it"
                yield (("features", name), message, name)

    def _repeated(self) -> Iterator[Fault]:
        for field, columns in (("segments", self.segments), ("protected", self.protected)):
            for name, count in Counter(columns).items():
                if count > 1:
                    yield ((field,), f"received '{name}' {count} times; allowed is once; remove the others", name)

    def _paired(self) -> Iterator[Fault]:
        seen: set[frozenset[str]] = set()
        for place, pair in enumerate(self.protected_together):
            known = frozenset(pair)
            if len(known) < len(pair) or known in seen or not known <= set(self.protected):
                message = f"received {', '.join(pair)}; allowed are two protected columns, each pair once; correct it"
                yield (("protected_together", place), message, pair)
            seen.add(known)

    def _similar(self) -> Iterator[Fault]:
        written = dict.fromkeys([*self.features, *self.groups])
        seen: dict[str, str] = {}
        for name in written:
            if (other := seen.setdefault(name.casefold(), name)) != name:
                message = (
                    f"received '{other}' and '{name}'; allowed are names that differ in more than case; rename one"
                )
                yield (self._place(name), message, name)

    def faults_of_renaming(self) -> Iterator[Fault]:
        """Each name in `columns` that stands for no column of this card."""
        roles = {getattr(self, role) for role in (*ROLE_COLUMNS, "cluster")}
        known = roles | set(self.features) | set(self.groups) | {VERSION_COLUMN}
        for name, meant in self.columns.items():
            if meant not in known:
                message = f"received '{meant}', which is no column of this card; allowed are its columns; correct it"
                yield (("columns", name), message, meant)

    def _labelled(self) -> Iterator[Fault]:
        for name in self.labels:
            if name in self.features:
                message = (
                    f"received a label of the feature '{name}'; allowed are those of other columns; write it there"
                )
                yield (("labels", name), message, name)
            elif name not in self.groups:
                message = f"received a label of '{name}'; allowed are segments and protected columns; correct the name"
                yield (("labels", name), message, name)

    def _rule_names(self) -> Iterator[Fault]:
        for name, count in Counter(rule.name for rule in self.rules).items():
            if count > 1:
                yield (("rules",), f"received '{name}' {count} times; allowed is once; rename the others", name)

    def _amounts(self) -> Iterator[Fault]:
        """An amount is a number: no category, and no column that parts cases into groups."""
        name = self.amount
        feature = self.features.get(name) if name is not None else None
        if name is not None and (name in self.groups or (feature is not None and feature.kind == "categorical")):
            message = f"received '{name}', a category or group; allowed is a column of numbers; name another"
            yield (("amount",), message, name)

    def _place(self, name: str) -> Location:
        if name in self.features:
            return ("features", name)
        return ("segments",) if name in self.segments else ("protected",)


@dataclass(frozen=True)
class FeatureLabel:
    """A feature as a value of a sentence: its label on the card in the reader's language, else its name."""

    data: DataColumns
    feature: str

    def in_language(self, language: str) -> str:
        """The label in a language."""
        return label_of(self.data, self.feature, language)


def label_of(data: DataColumns, feature: str, language: str) -> str:
    """The label of a feature, segment, protected column or pair of them, or its name where the card gives none."""
    if pair := data.pairs.get(feature):
        return TOGETHER.join(label_of(data, one, language) for one in pair)
    described = data.features.get(feature)
    label: LocalText | None = described.label if described else data.labels.get(feature)
    return label.in_language(language) if label else feature


def label_with_unit(data: DataColumns, feature: str, language: str) -> str:
    """The label of a feature with its unit in brackets where the card gives one: Departure hour (h)."""
    described = data.features.get(feature)
    label, unit = label_of(data, feature, language), described.unit if described else None
    return f"{label} ({unit.in_language(language)})" if unit else label
