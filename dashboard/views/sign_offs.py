"""Sign-offs step by step: who decided what, who still has to, what no longer is as it was when it was signed."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from dashboard.governance.sign_offs.differences import Difference
from dashboard.governance.sign_offs.facts import facts_at
from dashboard.governance.sign_offs.labels import Teller
from dashboard.governance.sign_offs.steps import StepState, step_states
from dashboard.governance.situation.current import situation_of
from dashboard.governance.situation.lifetimes import local_day
from dashboard.schema.config.sign_offs import load_sign_off_rules
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.judgement_bases import fact_counts
from dashboard.views.columns import IN_WORDS, declare
from dashboard.views.judged import models_of
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import view
from dashboard.words import mark

SIGN_OFFS = declare(
    "model step state role person decision at version reason conditions since differs valid_until",
    "valid_why",
    Column("due", "bool", mark("Is due")),
    "to_sign own_work imported_by",
)
DIFFERENCES = declare("model step fact", IN_WORDS, "then now since person")
FACTS = declare("model step fact", IN_WORDS, "now")


@view("sign-offs", columns=SIGN_OFFS, model="optional")
def sign_offs(store: Store, query: Query) -> pd.DataFrame:
    """How does each step of each model stand, who signed it, and who has to?

    Columns: model, step, state (missing, partly, signed, conditional, rejected, stale, not_due), role (null = a
    decision that stands for no role), person, decision, at (UTC), version, reason, conditions, since (day of the
    state), differs (why it is stale, in words), valid_until (day), valid_why (which rule ends it then, or made it due),
    due (whether a missing signature is a gap), to_sign (person ids who may sign for the role; null = nothing to sign),
    own_work (whether the person builds the model, so that the approval does not count), imported_by (who imported the
    decision, as the ledger names them; null = the person made it here). A row for each step and role; a person stands
    for one role of a step.
    """
    return judged_frame(store, query, "sign_off", SIGN_OFFS)


@view("sign-off-differences", columns=DIFFERENCES, model="optional")
def sign_off_differences(store: Store, query: Query) -> pd.DataFrame:
    """What differs from what each stale signature rested on?

    Columns: model, step, fact, label (the fact in words), then and now (in words), since (day of the change), person
    (who signed). What changed first comes first.
    """
    found = []
    models_of(store, query)
    models = [query.model] if query.model is not None else list(fact_counts(store, query.seen, query.as_of))
    situation = situation_of(store, models, query.on, query.as_of)
    for model_id in models:
        teller = Teller(situation.cards[model_id], situation.organisation, query.language)
        for state in step_states(situation, model_id):
            for one, person in _with_signer(state):
                found.append(
                    {
                        "model": model_id,
                        "step": state.step,
                        "fact": one.fact if one.part is None else f"{one.fact}: {one.part}",
                        "label": teller.name(one.fact, one.part),
                        "then": teller.value(one.fact, one.then, one.part),
                        "now": teller.value(one.fact, one.now, one.part),
                        "since": local_day(situation, model_id, one.since).isoformat(),
                        "person": person,
                    }
                )
    return pd.DataFrame(found, columns=DIFFERENCES.names, dtype=object)


def _with_signer(state: StepState) -> Iterable[tuple[Difference, str]]:
    """Each difference once with the persons whose signatures rested on it."""
    for one in state.differences:
        signers = dict.fromkeys(
            signed.signature.person
            for signed in state.roles.values()
            if signed and any((other.fact, other.part) == (one.fact, one.part) for other in signed.differences)
        )
        yield one, ", ".join(signers)


@view("sign-off-facts", columns=FACTS)
def sign_off_facts(store: Store, query: Query) -> pd.DataFrame:
    """On which facts would a signature rest?

    Columns: model, step, fact, label (the fact in words), now (its value in words). `on`, `as_of` ask about a past day.
    """
    assert query.model is not None
    model_id = query.model
    card = get_card(store, model_id, query.as_of)
    situation = situation_of(store, [model_id], query.on, query.as_of)
    teller = Teller(card, situation.organisation, query.language)
    found = []
    for step, rules in load_sign_off_rules().steps():
        facts = facts_at(situation, model_id, situation.moment(model_id), rules.rests_on)
        found += [
            {
                "model": model_id,
                "step": step,
                "fact": fact,
                "label": teller.name(fact),
                "now": teller.value(fact, value),
            }
            for fact, value in facts.items()
        ]
    return pd.DataFrame(found, columns=FACTS.names, dtype=object)
