"""People: who holds which role, what a model loses when somebody leaves, and how safe its knowledge is."""

from __future__ import annotations

from collections.abc import Iterator

from dashboard.governance.judgements.registry import Row, subject
from dashboard.governance.ownership.knowledge import knowledge_level
from dashboard.governance.ownership.succession import departures
from dashboard.governance.risk.ratings import highest_score
from dashboard.governance.risk.risk_class import risk_class
from dashboard.governance.situation.history import existed, first_day, stages_of
from dashboard.governance.situation.people_to_ask import whom_to_ask
from dashboard.governance.situation.situation import Situation
from dashboard.governance.value.promises import promise_in_force


@subject("role")
def roles(situation: Situation, model_id: str) -> Iterator[Row]:
    """Every role that was ever held: model, role, person, from, to (None: open), imported_by (None: nobody)."""
    for held in situation.roles.get(model_id, []):
        content = {
            "model": model_id,
            "role": held.role,
            "person": held.person,
            "from": held.start,
            "to": held.end,
            "imported_by": held.imported_by,
        }
        yield Row(content, held.person, held.role)


@subject("stage")
def stages(situation: Situation, model_id: str) -> Iterator[Row]:
    """Judge from which day on a model was in which stage: from, stage. The first stands for the time before it too.

    Further cells of the first row: begun (the first day of which anything is known), day (the judged one),
    there (whether the model existed then), states_class (whether the card
    states factors of a risk class), factors_missing, first_missing, answerable (whom to ask for them), risk
    (the highest score), promised and currency.
    """
    missing = risk_class(situation, model_id).missing
    promise = promise_in_force(situation, model_id)
    common = {
        "begun": first_day(situation, model_id),
        "day": situation.day(model_id),
        "there": existed(situation, model_id, situation.day(model_id)),
        "states_class": situation.cards[model_id].risk_class is not None,
        "factors_missing": len(missing),
        "first_missing": missing[0] if missing else None,
        "answerable": whom_to_ask(situation, model_id),
        "risk": highest_score(situation, model_id),
        "promised": promise.per_month if promise else None,
        "currency": promise.currency if promise else None,
    }
    for day, stage in stages_of(situation, model_id):
        yield Row({"from": day, "stage": stage, **common}, status=stage)
        common = {}


@subject("departure")
def departing(situation: Situation, model_id: str) -> Iterator[Row]:
    """Judge what a model would lose if a holder of a role left: person, model, role, alone."""
    for lost in departures(situation, model_id):
        content = {"person": lost.person, "model": model_id, "role": lost.role, "alone": lost.alone}
        yield Row(content, lost.person, lost.role)


@subject("knowledge")
def knowledge(situation: Situation, model_id: str) -> Iterator[Row]:
    """Judge how close the knowledge of a model is to being lost; cells as the columns of the view `knowledge`."""
    known = knowledge_level(situation, model_id)
    facts = known.facts
    content = {
        "model": model_id,
        "level": known.level,
        "people": len(facts.worked),
        "present": len(facts.present),
        "busiest": next(iter(facts.worked), None),
        "busiest_share": facts.busiest_share,
        "trained": facts.trained,
        "reproduced": facts.reproduced,
        "reviewed": facts.reviewed,
        "card_changed": facts.card_changed,
        "deputy": ", ".join(facts.deputies) or None,
        "reason": list(known.reasons),
    }
    yield Row(content, status=None if known.level is None else str(known.level))
