"""Are kept judgements what the program said, and would it say the same again?"""

from __future__ import annotations

import random
from collections.abc import Iterator

from dashboard.governance.judgements.judging import judge_models
from dashboard.governance.judgements.registry import LANES, Lane, subjects_of
from dashboard.governance.judgements.renewal import PRESENT, stale_models
from dashboard.governance.situation.digests import rules_digest
from dashboard.store.audit.verify import UNCLAIMED, Fault
from dashboard.store.engine.database import Store
from dashboard.store.judgement_bases import list_bases
from dashboard.store.judgements import Judged, judged_hash
from dashboard.store.kept_judgements import Kept, list_judged_models, missing_tables, read_kept

TABLE = "judgements"
MODELS_AT_ONCE = 200
CHANGED = "what is kept of {lane} judgements has another content than the program kept"
DIFFERS = "what is kept of {lane} judgements ({subject}) does not follow from facts and figures"


def check_hashes(store: Store) -> tuple[int, list[Fault]]:
    """Compare what is kept of each model with the hash that was kept with it; returns how many were compared."""
    lanes: dict[str, list[str]] = {lane: [subject.name for subject in subjects_of(lane)] for lane in LANES}
    rules, compared, faults = rules_digest(store.home), 0, []
    with store.snapshot() as (cursor, _head, _length):
        if missing := missing_tables(cursor):
            return 0, [Fault(UNCLAIMED, table, "-", "the table is missing") for table in missing]
        models = list_judged_models(cursor)
        for begin in range(0, len(models), MODELS_AT_ONCE):
            for kept in read_kept(cursor, lanes, models[begin : begin + MODELS_AT_ONCE]):
                compared += 1
                if _changed(kept, rules):
                    faults.append(_fault(kept.judged.model_id, CHANGED.format(lane=kept.lane)))
    return compared, faults


def _changed(kept: Kept, rules: str) -> bool:
    """Whether its hash tells of a change; judgements of earlier rules may have none and are made anew when asked."""
    if kept.sha256 is None:
        return kept.judged.basis.rules in ("", rules)
    return kept.sha256 != judged_hash(kept.asked, kept.lane, kept.judged)


def _fault(model_id: str, message: str) -> Fault:
    return Fault(UNCLAIMED, TABLE, model_id, message)


def check_anew(store: Store, most: int) -> tuple[int, list[Fault]]:
    """Judge some models anew, chosen at random, and compare; returns how many were.

    A hash beside what it is about can be made anew by whoever changes both: this finds them. What is out of date is
    left out: it is judged anew before anybody reads it.
    """
    with store.snapshot() as (cursor, _head, _length):
        models = list_judged_models(cursor)
    chosen = random.SystemRandom().sample(models, min(most, len(models)))
    return len(chosen), [fault for lane in LANES for model in chosen for fault in _differences(store, lane, model)]


def _differences(store: Store, lane: Lane, model_id: str) -> Iterator[Fault]:
    before = list_bases(store, PRESENT.name, lane, model_id)
    stale, _ = stale_models(store, PRESENT, lane, model_id)
    if not before or stale.facts:
        return
    stale.facts[model_id] = before[model_id].facts
    judged = next(judge_models(store, PRESENT, lane, stale, [model_id]), None)
    subjects = [subject.name for subject in subjects_of(lane)]
    with store.snapshot() as (cursor, _head, _length):
        kept = [one for one in read_kept(cursor, {lane: subjects}, [model_id]) if one.asked == PRESENT.name]
    moved = (
        list_bases(store, PRESENT.name, lane, model_id) != before
        or stale_models(store, PRESENT, lane, model_id)[0].facts
    )
    if judged is None or not kept or moved:
        return
    for subject in subjects:
        if _said(judged, subject) != _said(kept[0].judged, subject):
            yield _fault(model_id, DIFFERS.format(lane=lane, subject=subject))


def _said(judged: Judged, subject: str) -> list[object]:
    """What is said of a subject, as the store gives it back."""
    return [
        (row.content, row.person, row.status, None if row.rank is None else float(row.rank), row.due)
        for row in judged.judgements
        if row.subject == subject
    ]
