"""Bring the kept faults of a model's data up to date: what fails, in which rows, and what it does there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from dashboard.measures.figure import finite
from dashboard.measures.judging.quality import JudgedData, status_of
from dashboard.measures.quality.faults import Fault
from dashboard.measures.quality.harm import harm_of
from dashboard.profiles.affected import AffectedRows, count_affected
from dashboard.profiles.periods import following, label
from dashboard.profiles.update import read_log
from dashboard.profiles.windows import Profiles, merged
from dashboard.schema.config.thresholds import Thresholds
from dashboard.store.engine.clock import now, stored
from dashboard.store.quality_faults import list_faults

Content = dict[str, Any]
# What a fault does is counted over so many of its latest base periods.
MOST_PERIODS = 92
# Part of what is kept of a fault: what is counted anew only when one of them changes.
COUNTED = ("affected", "rows", "labelled", "since", "until")


def changed_faults(
    profiles: Profiles, judged: JudgedData, importance: Mapping[str, float], thresholds: Thresholds
) -> dict[str, Content]:
    """The content of each fault of a model that is new or differs from what is kept, by its id.

    A fault that is kept and found no more (its rows were withdrawn, or the card demands other things) is `gone`.
    """
    card, store = profiles.card, profiles.store
    kept = {known.fault: dict(known.content) for known in list_faults(store, card.id)}
    found: dict[str, Content] = {}
    for fault in judged.faults:
        content = _content(fault, judged, importance, thresholds)
        before = kept.get(fault.key(card.id), {})
        same = all(before.get(name) == content[name] for name in COUNTED)
        content["harm"] = before.get("harm") if same else _harm(profiles, fault, judged)
        found[fault.key(card.id)] = json.loads(json.dumps(content, default=str))
    for known, before in kept.items():
        if known not in found and not before.get("gone"):
            found[known] = {**before, "ongoing": False, "gone": True}
    return {fault: content for fault, content in found.items() if kept.get(fault) != content}


def _content(fault: Fault, judged: JudgedData, importance: Mapping[str, float], thresholds: Thresholds) -> Content:
    assert judged.table is not None
    base, last = judged.table.layout.base, fault.failed[-1]
    assert last.reason is not None
    return {
        "check": fault.check.name,
        "dimension": fault.check.dimension,
        "feature": fault.check.feature,
        "since": label(fault.since, base),
        "until": last.label,
        "ongoing": fault.ongoing,
        "status": status_of(last, importance, thresholds),
        "affected": fault.affected,
        "rows": fault.rows,
        "labelled": int(judged.table.labelled[fault.places].sum()),
        "share": fault.affected / fault.rows,
        "limit": fault.check.limit,
        "importance": finite(importance.get(fault.check.feature or "", math.nan)),
        "message": last.reason.message,
        "values": dict(last.reason.values),
        "gone": False,
    }


def _harm(profiles: Profiles, fault: Fault, judged: JudgedData) -> Content | None:
    """The metric in the affected rows against the others, and its cost; None where no single row shows the fault."""
    layout, card = profiles.layout, profiles.card
    assert judged.table is not None
    first = max(fault.places.start, fault.places.stop - MOST_PERIODS)
    starts = judged.table.starts[first : fault.places.stop]
    if not int(judged.table.labelled[first : fault.places.stop].sum()) or fault.check.dimension == "availability":
        return None
    if fault.check.condition is not None:
        rows = AffectedRows(fault.check.condition, (*starts, following(starts[-1], layout.base)))
        ((affected, others),) = count_affected(read_log(profiles.store, card), layout, card, [rows], stored(now()))
    elif fault.check.name in ("unit", "code"):
        places = [place for place in range(first, fault.places.stop) if fault.check.affected[place]]
        chosen = {judged.table.starts[place] for place in places}
        affected = merged([one for one in profiles.read(("outcomes",)) if one.start in chosen], layout)
        others = merged(profiles.reference(("outcomes",)), layout)
    else:
        return None
    harm = harm_of(affected, others, layout, card, fault.affected)
    # What lies in a feature itself may only go along with cases that bring less.
    return (replace(harm, cost=math.nan) if fault.check.standing else harm).to_json()
