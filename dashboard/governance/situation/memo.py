"""What rests on the profiles and the card of a model alone, kept in this process until one of them changes."""

from __future__ import annotations

import threading
from collections.abc import Callable, Hashable
from typing import TypeVar, cast

from dashboard.governance.situation.situation import Situation

Worked = TypeVar("Worked")
# With what it rests on besides, so that the identity of that is not given to anything else meanwhile.
_MEMO: dict[Hashable, tuple[object, object]] = {}
# Some figures each of thousands of models on some days.
MOST_MEMOISED = 40_000
_dropping = threading.Lock()


def memoised(
    situation: Situation, model_id: str, what: Hashable, work_out: Callable[[], Worked], rests_on: object = None
) -> Worked:
    """Return the result of `work_out`, kept under `what` until the model is monitored or gets a card or importance.

    `what` tells everything else that matters, a day for example; `rests_on` are the rules of the very identity that
    were used. Nothing is kept of a model that was not monitored as known.
    """
    run = situation.monitored.get(model_id)
    if run is None:
        return work_out()
    card = situation.histories[model_id][-1].recorded_at
    importance = max((row["recorded_at"] for row in situation.importances.get(model_id, {}).values()), default=None)
    key = (situation.store.home, model_id, what, run, card, importance, id(rests_on))
    found = _MEMO.get(key)
    if found is None:
        found = (rests_on, work_out())
        with _dropping:
            while len(_MEMO) >= MOST_MEMOISED:
                del _MEMO[next(iter(_MEMO))]
            _MEMO[key] = found
    return cast(Worked, found[1])
