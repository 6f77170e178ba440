"""What rests on the profiles and the card of a model alone, kept in this process until one of them changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from dashboard.governance.situation.digests import rules_digest
from dashboard.governance.situation.situation import Situation

Worked = TypeVar("Worked")
_MEMO: dict[Hashable, object] = {}
# Some figures each of thousands of models on some days.
MOST_MEMOISED = 40_000
_dropping = threading.Lock()


def memoised(situation: Situation, model_id: str, what: Hashable, work_out: Callable[[], Worked]) -> Worked:
    """What `work_out` gives, kept under `what` until the model is monitored again or its card or a rule changes.

    `what` tells everything else that matters, a day for example. Nothing is kept of a model that was not monitored as
    known.
    """
    run = situation.monitored.get(model_id)
    if run is None:
        return work_out()
    card = situation.histories[model_id][-1].recorded_at
    importance = max((row["recorded_at"] for row in situation.importances.get(model_id, {}).values()), default=None)
    rules = situation.cached("rules digest", lambda: rules_digest(situation.store.home), any_day=True)
    key = (situation.store.home, model_id, what, run, card, importance, rules)
    if key not in _MEMO:
        made = work_out()
        with _dropping:
            while len(_MEMO) >= MOST_MEMOISED:
                del _MEMO[next(iter(_MEMO))]
            _MEMO[key] = made
        return made
    return cast(Worked, _MEMO[key])
