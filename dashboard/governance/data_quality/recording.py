"""Bring the kept faults of a model's data up to date: what fails, in which rows, and what it does there."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from dashboard.governance.data_quality.freshness import FRESHNESS, Freshness
from dashboard.measures.figure import finite
from dashboard.measures.judging.quality import JudgedData, status_of
from dashboard.measures.quality.failing import failing_runs
from dashboard.measures.quality.faults import Fault, fault_id
from dashboard.measures.quality.harm import harm_of
from dashboard.measures.quality.imported import ImportedCheck
from dashboard.measures.quality.meanwhile import MOST_PERIODS, Meanwhile, made_by
from dashboard.profiles.affected import AffectedRows, count_affected
from dashboard.profiles.periods import following, label
from dashboard.profiles.update import read_log
from dashboard.profiles.windows import Profiles, merged
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.quality_faults import list_faults

Content = dict[str, Any]
# Part of what is kept of a fault: what is counted anew only when one of them changes.
COUNTED = ("affected", "rows", "labelled", "since", "until")


@dataclass(frozen=True)
class Found:
    """What is known of a model's data: `judged` is None where nothing is logged."""

    profiles: Profiles | None
    judged: JudgedData | None
    imported: Sequence[ImportedCheck]
    fresh: Freshness | None
    importance: Mapping[str, float]
    thresholds: Thresholds


def changed_faults(store: Store, card: ModelCard, known: Found) -> dict[str, Content]:
    """The content of each fault of a model that is new or differs from what is kept, by its id.

    A fault that is kept and found no more (its rows were withdrawn, or the card demands other things) is `gone`.
    """
    kept = {one.fault: dict(one.content) for one in list_faults(store, card.id)}
    found = imported_faults(card, known, kept) | _freshness_faults(card.id, known.fresh, kept)
    if known.profiles is not None and known.judged is not None:
        found |= _counted_faults(known.profiles, known.judged, known, kept)
    for fault, before in kept.items():
        if fault not in found and not before.get("gone"):
            found[fault] = {**before, "ongoing": False, "gone": True}
    return {fault: content for fault, content in found.items() if kept.get(fault) != content}


def _counted_faults(
    profiles: Profiles, judged: JudgedData, known: Found, kept: Mapping[str, Content]
) -> dict[str, Content]:
    """The faults that checks of the log find, with what they do."""
    found: dict[str, Content] = {}
    for fault in judged.faults:
        key = fault.key(profiles.card.id)
        content = _content(fault, judged, known.importance, known.thresholds)
        before = kept.get(key, {})
        same = all(before.get(name) == content[name] for name in COUNTED)
        content["harm"] = before.get("harm") if same else _harm(profiles, fault, judged)
        found[key] = json.loads(json.dumps(content, default=str))
    return found


def _freshness_faults(model_id: str, fresh: Freshness | None, kept: Mapping[str, Content]) -> dict[str, Content]:
    """The times in which no predictions came though they were due; one that is over stays as it is kept."""
    found = {
        fault: {**content, "ongoing": False}
        for fault, content in kept.items()
        if content["check"] == FRESHNESS and not content.get("gone")
    }
    if fresh is not None and fresh.since is not None and fresh.reason is not None:
        since = fresh.since.isoformat()
        content = {
            **dict.fromkeys(("feature", "affected", "rows", "labelled", "share", "limit", "importance")),
            "check": FRESHNESS,
            "dimension": "availability",
            "since": since,
            "until": since,
            "ongoing": True,
            "status": "warn",
            "message": fresh.reason.message,
            "values": dict(fresh.reason.values),
            "gone": False,
        }
        found[fault_id(model_id, FRESHNESS, None, since)] = json.loads(json.dumps(content, default=str))
    return found


def imported_faults(card: ModelCard, known: Found, kept: Mapping[str, Content]) -> dict[str, Content]:
    """The faults that checks of other tools report: each from its first failure after a pass to the next pass.

    One that is checked no longer is known until then.
    """
    found: dict[str, Content] = {}
    runs = failing_runs(known.imported)
    made = made_by(known.profiles) if runs else []
    for failing in runs:
        last, meanwhile = failing.last, Meanwhile(known.profiles, card, failing, made=made)
        content = _content_of_imported(meanwhile, known.importance)
        key = fault_id(card.id, f"{last.dataset}: {last.check}", last.column, str(content["since"]))
        before = kept.get(key, {})
        same = "harm" in before and all(before.get(name) == content[name] for name in COUNTED)
        harm = None if same else meanwhile.harm
        content["harm"] = before["harm"] if same else None if harm is None else harm.to_json()
        found[key] = json.loads(json.dumps(content, default=str))
    return found


def _content_of_imported(meanwhile: Meanwhile, importance: Mapping[str, float]) -> Content:
    """What is kept of a failure of another tool's check, without its harm."""
    failing, card, touched = meanwhile.failing, meanwhile.card, meanwhile.touched()
    last, unchecked = failing.last, failing.unchecked
    reason = last.reason if unchecked is None else last.why_unknown(card)
    return {
        "check": last.check,
        "dimension": last.dimension,
        "feature": last.feature,
        "since": label(failing.first.start(card, "day"), "day"),
        "until": label(last.start(card, "day"), "day"),
        # What is checked no longer waits for somebody who finds out: it may go on.
        "ongoing": failing.passed_at is None,
        "unchecked_since": None if unchecked is None else card.local_day(unchecked.since).isoformat(),
        "status": last.status if unchecked is None else "unknown",
        "affected": touched.predictions,
        "rows": None,
        "labelled": touched.labelled,
        "share": None,
        "limit": None,
        "importance": finite(importance.get(last.feature or "", math.nan)),
        "message": reason.message,
        "values": dict(reason.values),
        "source": last.dataset,
        "traced": last.traced,
        "gone": False,
    }


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
    elif fault.check.name in ("unit", "code", "scale"):
        places = [place for place in range(first, fault.places.stop) if fault.check.affected[place]]
        chosen = {judged.table.starts[place] for place in places}
        affected = merged([one for one in profiles.read(("outcomes",)) if one.start in chosen], layout)
        others = merged(profiles.reference(("outcomes",)), layout)
    else:
        return None
    harm = harm_of(affected, others, layout, card, fault.affected)
    # What lies in a feature itself may only go along with cases that bring less.
    return (replace(harm, cost=math.nan) if fault.check.standing else harm).to_json()
