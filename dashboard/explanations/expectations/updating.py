"""Check the expectations of cards period by period, where that was not done on the same model, rows and expectation."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dashboard.explanations.expectations.checking import Checked, check_expectation, worst_first
from dashboard.explanations.rows.reading import ID, VERSION, Rows, case_columns, cases_of, draw_rows, span_of
from dashboard.explanations.sandbox.model_file import ModelRefusedError
from dashboard.explanations.whatif.flips import Row, Score, Scorer
from dashboard.explanations.whatif.ranges import Range, ranges_of
from dashboard.measures.judging.areas import judging_grain
from dashboard.profiles.periods import following, label
from dashboard.profiles.windows import Profiles, merged, open_profiles, windows
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.expectations import Expectation
from dashboard.store.audit.chain import AuditContext
from dashboard.store.engine.clock import now, stored
from dashboard.store.engine.database import Store
from dashboard.store.expectation_checks import Check, append_check, list_checks

if TYPE_CHECKING:
    import pandas as pd

SAMPLE_ROWS = 500
# Periods that are looked at, counted from the latest.
MOST_PERIODS = 12
# Violations that are kept with their predictions, the largest first.
MOST_LISTED = 50
# Raise when checking changes, so that all is checked again.
FORMAT = 2

Scores = Callable[[ModelCard, str, Sequence[Row]], Sequence[Score]]


@dataclass(frozen=True)
class Period:
    """A period by its name, with its first instant and the one after its last, on the model's own clock."""

    name: str
    start: datetime
    end: datetime


def update_expectations(store: Store, cards: Sequence[ModelCard], actor: str, scores: Scores) -> list[str]:
    """Check what is to be checked and record it; `scores` are those that a version of a model gives to rows.

    Returns a sentence for each model whose expectations cannot be checked.
    """
    notes = []
    for card in cards:
        profiles = open_profiles(store, card) if card.expectations else None
        if profiles is None:
            continue
        found = dict(_checks(store, card, profiles, scores))
        if not found:
            continue
        written = AuditContext("monitor", actor, after={card.id: {"expectations_checked": len(found)}}, computes=True)
        with store.writing(written) as cursor:
            moment = stored(now())
            for (key, period), (basis, content) in found.items():
                append_check(cursor, card.id, Check(key, period, basis, content), moment)
        refused = sorted({str(content["refused"]) for _, content in found.values() if content.get("refused")})
        notes += [f"expectations of {card.id}: {reason}" for reason in refused]
    return notes


def _checks(
    store: Store, card: ModelCard, profiles: Profiles, scores: Scores
) -> Iterator[tuple[tuple[str, str], tuple[str, dict[str, Any]]]]:
    """What is new: (expectation, period) with its basis and content."""
    from dashboard.profiles.update import read_log

    log = read_log(store, card)
    known = {(check.expectation, check.period): check.basis for check in list_checks(store, card.id)}
    ranges = known_ranges(profiles)
    for period in periods_of(card, profiles):
        span = span_of(card, period.start, period.end)
        bases = {one.key: _basis(card, one, log.names(span), ranges.get(one.feature)) for one in card.expectations}
        due = [one for one in card.expectations if known.get((one.key, period.name)) != bases[one.key]]
        if not due:
            continue
        drawn: dict[str, Rows] = {}
        for one in due:
            segment = json.dumps(one.segment, sort_keys=True)
            if segment not in drawn:
                columns = case_columns(card, groups=True)
                drawn[segment] = draw_rows(store, card, span, columns, SAMPLE_ROWS, one.segment)
            checked = _check(card, one, drawn[segment], ranges.get(one.feature), scores)
            yield (one.key, period.name), (bases[one.key], checked)


def known_ranges(profiles: Profiles) -> dict[str, Range]:
    """The values of features that occur in the reference, or in everything logged where the card has none."""
    found = profiles.reference(("features",)) if profiles.layout.has_reference else profiles.read(("features",))
    return ranges_of(merged(found, profiles.layout), profiles.layout)


def periods_of(card: ModelCard, profiles: Profiles) -> list[Period]:
    """The latest periods by which the model is judged and in which it predicted, in order."""
    grain = judging_grain(card)
    found = windows(profiles.read(("outcomes",)), profiles.layout, grain)
    starts = [window.start for window in found if window.predictions and window.start is not None]
    return [Period(label(start, grain), start, following(start, grain)) for start in starts[-MOST_PERIODS:]]


def _basis(card: ModelCard, expectation: Expectation, files: Sequence[str], known: Range | None) -> str:
    """A hash of everything that a check rests on."""
    versions = [[version.version, version.artifact_sha256] for version in card.versions]
    parts = [FORMAT, SAMPLE_ROWS, expectation.key, versions, sorted(files), repr(known)]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _check(
    card: ModelCard, expectation: Expectation, rows: Rows, known: Range | None, scores: Scores
) -> dict[str, Any]:
    """What one expectation comes to on a sample; where no version can be asked, why."""
    columns = [*card.data.features, *(name for name in expectation.segment if name not in card.data.features)]
    checked, violated, listed, refused = 0, 0, list[dict[str, Any]](), list[str]()
    for version, part in rows.frame.groupby(VERSION, sort=True):
        try:
            found = check_expectation(expectation, cases_of(part, columns), known, _scorer(card, str(version), scores))
        except ModelRefusedError as fault:
            refused.append(f"version {version}: {fault}")
            continue
        checked, violated = checked + found.checked, violated + len(found.violations)
        listed += _listed(found, expectation, part)
    return {
        "checked": checked,
        "violated": violated,
        "rows": len(rows.frame),
        "whole": rows.whole,
        "violations": listed[:MOST_LISTED],
        "refused": "; ".join(refused) if refused else None,
    }


def _scorer(card: ModelCard, version: str, scores: Scores) -> Scorer:
    def score(rows: Sequence[Row]) -> Sequence[Score]:
        return scores(card, version, [{name: row[name] for name in card.data.features} for row in rows])

    return score


def _listed(found: Checked, expectation: Expectation, part: pd.DataFrame) -> list[dict[str, Any]]:
    return [
        {
            "prediction": str(part[ID].iloc[one.place]),
            "version": str(part[VERSION].iloc[one.place]),
            "before": one.before,
            "after": one.after,
            "score": one.score,
            "changed": one.changed,
        }
        for one in worst_first(found, expectation, MOST_LISTED)
    ]
