"""Free remarks of experts: on a model, or on a group of its cases, a feature or a period of it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dashboard.errors import refused
from dashboard.governance.feedback.verdicts import WITHDRAWN
from dashboard.periods import is_period
from dashboard.schema.canonical import canonical
from dashboard.schema.card.card import ModelCard
from dashboard.store.statements import Statement
from dashboard.words import Sentence, mark

REMARK = "remark"


@dataclass(frozen=True)
class Remarked:
    """A remark: what it is about, who made it when (aware, UTC), and whether it was taken back.

    `segment` is written COLUMN=VALUE, `period` as views write periods; all None: the model as a whole.
    """

    remark_id: str
    model_id: str
    person: str
    given_at: datetime
    text: str
    segment: str | None
    feature: str | None
    period: str | None
    withdrawn: bool


def remarks_of(said: Iterable[Statement]) -> list[Remarked]:
    """The remarks among statements, oldest first."""
    known = list(said)
    withdrawn = {one.subject for one in known if one.kind == WITHDRAWN}
    return [_remarked(one, one.fact_id in withdrawn) for one in known if one.kind == REMARK]


def _remarked(said: Statement, withdrawn: bool) -> Remarked:
    segment, feature, period = (
        None if (part := said.content.get(name)) is None else str(part) for name in ("segment", "feature", "period")
    )
    person, text = said.person_id or said.actor, str(said.content["text"])
    return Remarked(said.fact_id, said.model_id, person, said.recorded_at, text, segment, feature, period, withdrawn)


def check_subject(card: ModelCard, segment: str | None, feature: str | None, period: str | None) -> dict[str, str]:
    """What a remark or a topic is about, as it is recorded.

    Raises InputRefusedError for what the model does not have.
    """
    found: dict[str, str] = {}
    if segment is not None:
        column, sign, value = segment.partition("=")
        if not sign or column not in card.data.groups:
            columns = ", ".join(card.data.groups) or "–"
            message = mark("Write a group of cases as COLUMN=VALUE; the columns of this model are: {columns}.")
            raise refused(Sentence(message, {"columns": columns}), "segment")
        found["segment"] = f"{column}={canonical(value) or value}"
    if feature is not None:
        if feature not in card.data.features:
            raise refused(Sentence(mark("The model has no feature {feature}."), {"feature": feature}), "feature")
        found["feature"] = feature
    if period is not None:
        if not is_period(period):
            message = mark("Write a period like 2013-04-21, 2013-W16, 2013-04, 2013-Q2 or 2013.")
            raise refused(Sentence(message), "period")
        found["period"] = period
    return found
