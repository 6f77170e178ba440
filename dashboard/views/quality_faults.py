"""Faults of models' data: what failed from which day on, what it does to predictions, and who takes care of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from dashboard.governance.data_quality.incidents import Incident, incidents
from dashboard.measures.judging.verdict import SEVERITY
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.data import label_with_unit
from dashboard.schema.card.reasons import with_label
from dashboard.store.cards import cards_of
from dashboard.store.engine.clock import written
from dashboard.store.engine.database import Store
from dashboard.store.sentences import sentence_of
from dashboard.store.statements import Statement
from dashboard.views.columns import declare
from dashboard.views.judged import models_of
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

# What checks of the log are said to be checked by.
COUNTED = "log"
COLUMNS = declare(
    Column("fault", "id", mark("Fault id")),
    "model feature",
    Column("dimension", "code", mark("Dimension")),
    Column("check", "text", mark("Check")),
    Column("since", "text", mark("Since")),
    Column("until", "text", mark("Last period")),
    Column("ongoing", "bool", mark("Goes on")),
    "status",
    Column("affected_predictions", "count", mark("Affected predictions")),
    Column("rows", "count", mark("Rows checked")),
    Column("value", "share", mark("Share affected")),
    "importance metric",
    Column("affected_value", "number", mark("In affected rows")),
    Column("affected_labelled", "count", mark("Outcomes of affected rows")),
    Column("others_value", "number", mark("In other rows")),
    Column("others_labelled", "count", mark("Outcomes of other rows")),
    Column("difference_low", "number", mark("Difference from")),
    Column("difference_high", "number", mark("Difference to")),
    Column("cost", "money", mark("Estimated cost")),
    "currency state acknowledged_by",
    Column("assigned_to", "person", mark("In the care of")),
    "resolved_by cause",
    Column("resolved_because", "text", mark("Resolved because")),
    Column("found_at", "instant", mark("Found on")),
    "reason",
    Column("label", "text", mark("Feature")),
    Column("source", "text", mark("Checked by")),
)


@view("quality-faults", columns=COLUMNS, model="optional")
def quality_faults(store: Store, query: Query) -> pd.DataFrame:
    """Which faults do the data of models have, what do they do to predictions and cost, and who takes care of them?

    Columns: fault (id), model, feature (null: whole rows), dimension, check, since (first day or hour), until (last
    period in which it failed), ongoing (null: it is checked no longer, so not known), status (of its last period),
    affected_predictions, rows (checked), value (share affected), importance, metric with affected_value and
    others_value (in exactly the affected rows, and in the others of the same days; null = not known),
    affected_labelled, others_labelled (outcomes behind them), difference_low, difference_high (95 % interval of the
    difference), cost (what the affected rows bring less, by the amounts of the card), currency, state (new,
    acknowledged, assigned, resolved, over), acknowledged_by, assigned_to, resolved_by, cause, resolved_because,
    found_at (UTC), reason, label (of the feature, for readers), source (`log`, or the data set that another tool
    checked: affected_predictions are then those made while the check failed). What goes on comes first, the worst
    before all.
    """
    known = incidents(store, models_of(store, query), query.as_of)
    cards = cards_of(store, {one.fault.model_id for one in known}, query.as_of)
    known.sort(key=_rank)
    return pd.DataFrame([_row(one, cards[one.fault.model_id].card, query.language) for one in known])


def _rank(one: Incident) -> tuple[object, ...]:
    content = one.fault.content
    weight = content["importance"] if content["importance"] is not None else 0.0
    weight = 1.0 if content["feature"] is None else weight
    settled = one.state in ("resolved", "over") or not content["ongoing"]
    given_up = content.get("unchecked_since") is not None
    share = content["share"] or 0.0
    return settled, given_up, -SEVERITY[content["status"]], -weight * share, one.fault.model_id, one.fault.fault


def _row(one: Incident, card: ModelCard, language: str) -> dict[str, object]:
    content = one.fault.content
    harm: Mapping[str, Any] = content.get("harm") or {}
    sides = {name: harm.get(name) or {} for name in ("affected", "others")}
    value = card.business.value
    reason = with_label(sentence_of(content["message"], content["values"]), card)
    return {
        "fault": one.fault.fault,
        "model": one.fault.model_id,
        **{name: content[name] for name in ("feature", "dimension", "check", "since", "until", "status")},
        "ongoing": None if content.get("unchecked_since") is not None else content["ongoing"],
        "affected_predictions": content["affected"],
        "rows": content["rows"],
        "value": content["share"],
        "importance": content["importance"],
        "metric": harm.get("metric"),
        "affected_value": sides["affected"].get("value"),
        "affected_labelled": sides["affected"].get("labelled"),
        "others_value": sides["others"].get("value"),
        "others_labelled": sides["others"].get("labelled"),
        "difference_low": harm.get("low"),
        "difference_high": harm.get("high"),
        "cost": harm.get("cost"),
        "currency": value.currency if value is not None and harm.get("cost") is not None else None,
        "state": one.state,
        "acknowledged_by": _who(one.acknowledged),
        "assigned_to": None if one.assigned is None else one.assigned.content["person"],
        "resolved_by": _who(one.resolved),
        "cause": None if one.resolved is None else one.resolved.content["cause"],
        "resolved_because": None if one.resolved is None else one.resolved.content["reason"],
        "found_at": written(one.fault.found_at),
        "reason": reason.render(language),
        "source": content.get("source", COUNTED),
        "label": None if content["feature"] is None else label_with_unit(card.data, content["feature"], language),
    }


def _who(said: Statement | None) -> str | None:
    return None if said is None else said.person_id or said.actor
