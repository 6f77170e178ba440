"""Why a model that has not declined may look as if it had: moved features, or groups that are treated differently."""

from __future__ import annotations

import math

from dashboard.governance.retraining.causes.registry import NOT_DECLINED, Asked, cause_rule
from dashboard.governance.retraining.facts import in_words
from dashboard.words import Sentence, mark

# So many features are named.
NAMED = 3
MOVED = mark("{feature} has moved ({method} {value}, importance {importance}).")
MOVED_ONLY = mark("{feature} has moved ({method} {value}); how much the model uses it is not known.")
NOT_MOVED = mark("No feature that the model relies on has moved.")
OUTPUTS = mark("The same kind of training on the same kind of data would treat groups as before.")


@cause_rule("fairness", NOT_DECLINED)
def fairness(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """Groups are treated differently, and the model is as good as ever: a decision of people, not of a training."""
    facts = asked.facts
    found = facts.situation.recorded_statuses.get(facts.model_id, {}).get("fairness")
    if found is None or found.status == "unknown":
        return False, ()
    if found.status == "ok":
        return False, (in_words(found.reason),)
    return True, (in_words(found.reason), Sentence(OUTPUTS))


@cause_rule("harmless_drift", NOT_DECLINED)
def harmless_drift(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """Cases have changed, and the model fits them as before."""
    movement, harder = asked.movement, asked.decline.harder
    known = (harder,) if harder is not None else ()
    if movement is None or not movement.judged:
        return bool(known), known
    if not movement.moved:
        return bool(known), known or (Sentence(NOT_MOVED),)
    method = asked.facts.thresholds.drift.method
    moved = [
        Sentence(
            MOVED if math.isfinite(one.importance) else MOVED_ONLY,
            {"feature": one.column, "method": method, "value": one.value, "importance": one.importance},
        )
        for one in movement.moved[:NAMED]
    ]
    return True, (*known, *moved)


@cause_rule("none", NOT_DECLINED)
def nothing(asked: Asked) -> tuple[bool, tuple[Sentence, ...]]:
    """The latest judged period is as good as the reference."""
    return True, (in_words(asked.decline.beside.reason),)
