"""Judge some models anew: everything that is said about them in a lane, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.governance.judgements.consulted import consulted
from dashboard.governance.judgements.registry import Lane, judgements_of
from dashboard.governance.judgements.renewal import Question, Stale
from dashboard.governance.situation.basis import valid_until
from dashboard.governance.situation.situation import Situation
from dashboard.store.engine import clock
from dashboard.store.engine.database import Store
from dashboard.store.judgements import Basis, Judged


def judge_models(store: Store, question: Question, lane: Lane, stale: Stale, models: Sequence[str]) -> Iterator[Judged]:
    """Yield what is said about each of some stale models; those that are not there are left out."""
    asked_at = clock.now()
    situation = Situation(store, question.on, question.as_of, seen=frozenset(models))
    names: set[str] = set()
    situation.organisation = consulted(situation.organisation, names)
    for model_id in models:
        if model_id not in situation.cards:
            continue
        names.clear()
        judgements = judgements_of(situation, model_id, lane)
        until = valid_until(situation, model_id, asked_at)
        counts = stale.facts[model_id], stale.sizes.organisation, stale.sizes.lineage
        basis = Basis(clock.stored(asked_at), *counts, stale.rules, until)
        yield Judged(model_id, basis, judgements, frozenset(names))
