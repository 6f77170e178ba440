"""Hand out cases to an expert: the next ones to judge, each to one person but for those that are to be compared."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.governance.feedback.doubts import doubts_of
from dashboard.governance.feedback.handed_out import HANDED_OUT, handed_out, open_cases, still_held
from dashboard.governance.feedback.judged_rows import Key
from dashboard.governance.feedback.queue import Pool, is_drawn_at_random, pick_cases
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.profiles.candidates import Candidate, Draw, draw_candidates
from dashboard.profiles.windows import open_profiles
from dashboard.schema.access import AccessRole
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import MULTICLASS
from dashboard.schema.config.dashboard import ReviewQueue, settings_of
from dashboard.schema.texts import ModelId
from dashboard.store.cards import get_card
from dashboard.store.engine.clock import now
from dashboard.store.importances import importance_in_force
from dashboard.store.statements import NewStatement, append_statement, list_statements

# Who may look at single cases of the log, and judges them.
REVIEWERS: tuple[AccessRole, ...] = ("domain_expert", "data_scientist", "manager")
MOST_CASES = 200
# What a number of cases comes from when it is read on the command line or in a form.
Number = Annotated[int, Field(ge=1, le=MOST_CASES)]


class StartedReview(Payload):
    """A model whose predictions somebody will judge, and how many of them."""

    model: ModelId
    cases: Number | None = None


@action("start_review", command="start review MODEL [--cases]", rights=Rights(REVIEWERS, personal=True), long=True)
def start_review(call: Call, payload: StartedReview) -> str:
    """Get the next cases to judge: random ones, and those that promise much to learn; open cases come first.

    Nothing is handed out while cases of who asks are open. Raises NotFoundError for an unknown model.
    """
    card, settings = get_card(call.store, payload.model), settings_of(call.store.home).review_queue
    if (waiting := _waiting(call, card, settings)) > 0:
        return f"{waiting} cases of {card.id} are still open"
    candidates, doubts = _candidates(call, card, settings)
    audit_context = call.audit_context()
    with call.store.writing(audit_context) as cursor:
        # Nobody else writes from here on: what others were given meanwhile is seen.
        if (waiting := _waiting(call, card, settings)) > 0:
            return f"{waiting} cases of {card.id} are still open"
        pool = _pool(call, card, candidates, doubts, settings)
        cases = pick_cases(card, pool, call.person, settings.quotas, payload.cases or settings.cases)
        if not cases:
            return f"there is no case of {card.id} left to judge"
        content = {"cases": [case.content() for case in cases]}
        append_statement(cursor, NewStatement(HANDED_OUT, card.id, call.actor, call.person, None, content))
        audit_context.after[card.id] = {"handed_out": len(cases), "to": call.person}
    return f"handed out {len(cases)} cases of {card.id}"


def _waiting(call: Call, card: ModelCard, settings: ReviewQueue) -> int:
    """How many cases who asks has, and has not judged."""
    known = handed_out(list_statements(call.store, [HANDED_OUT], card.id))
    held = still_held(known, now(), settings.keep_days)
    return len(open_cases(card, held, call.person, list_verdicts(call.store, card.id)))


def _candidates(call: Call, card: ModelCard, settings: ReviewQueue) -> tuple[list[Candidate], dict[Key, float]]:
    """What may be handed out, and how uncertain the model is about those that may be picked for it."""
    importance = importance_in_force(call.store, card)
    features = sorted(card.data.features, key=lambda name: -importance.get(name, 0.0))
    call.progress(0.1, "reading the latest predictions")
    kept = features if card.task == MULTICLASS else []
    draw = Draw(settings.window_days, settings.pool_rows, features, kept)
    profiles = open_profiles(call.store, card, None)
    candidates = draw_candidates(call.store, card, draw, profiles)
    call.progress(0.6, "asking how certain the model is")
    picked = [one for one in candidates if not is_drawn_at_random(one.mark)]
    return candidates, doubts_of(call.store, card, picked, profiles)


def _pool(
    call: Call, card: ModelCard, candidates: list[Candidate], doubts: dict[Key, float], settings: ReviewQueue
) -> Pool:
    """What cases are picked from; others lose a case that they keep for too long, who asks never gets one twice."""
    known = handed_out(list_statements(call.store, [HANDED_OUT], card.id))
    own = [one for one in known if one.person == call.person]
    others = [one for one in still_held(known, now(), settings.keep_days) if one.person != call.person]
    return Pool(candidates, [*own, *others], list_verdicts(call.store, card.id), doubts)
