"""Suggestions of topics: what nobody has bundled yet, gathered by group of cases, feature and reason."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from dashboard.governance.feedback.agreement import groups_of, judged_cases
from dashboard.governance.feedback.remarks import Remarked
from dashboard.governance.feedback.topics import Topic, topic_by_feedback
from dashboard.governance.feedback.verdicts import GivenVerdict
from dashboard.profiles.cases import LoggedCase
from dashboard.schema.card.card import ModelCard

# So many entries about one thing are worth a topic.
FEWEST = 3
Kind = Literal["segment", "feature", "cause"]


@dataclass(frozen=True)
class Suggestion:
    """What may become a topic: `value` of a `kind`, and the ids of the judgements and remarks that are about it."""

    kind: Kind
    value: str
    feedback: tuple[str, ...]


def suggestions_of(
    card: ModelCard,
    verdicts: Iterable[GivenVerdict],
    remarks: Iterable[Remarked],
    logged: Iterable[LoggedCase],
    topics: Mapping[str, Topic],
) -> list[Suggestion]:
    """What at least three unbundled entries have in common; most entries first.

    Of judgements those that call a prediction wrong count. A group of cases counts where it holds more than half of
    what is unbundled, or a remark names it: every group is somebody's.
    """
    bundled = topic_by_feedback(topics.values())
    wrong = [one for one in verdicts if one.counts and one.verdict == "wrong" and one.feedback_id not in bundled]
    open_remarks = [one for one in remarks if not one.withdrawn and one.remark_id not in bundled]
    found: dict[tuple[Kind, str], list[str]] = defaultdict(list)
    for verdict in wrong:
        for reason in verdict.reasons:
            found["cause", reason].append(verdict.feedback_id)
    for remark in open_remarks:
        if remark.feature is not None:
            found["feature", remark.feature].append(remark.remark_id)
        if remark.segment is not None:
            found["segment", remark.segment].append(remark.remark_id)
    groups: dict[str, list[str]] = defaultdict(list)
    for case in judged_cases(wrong, logged):
        for group in groups_of(card, case):
            groups[group] += [one.feedback_id for one in case.verdicts]
    for group, entries in groups.items():
        if 2 * len(entries) > len(wrong) or ("segment", group) in found:
            found["segment", group] += entries
    listed = [Suggestion(kind, value, tuple(entries)) for (kind, value), entries in found.items()]
    return sorted(
        (one for one in listed if len(one.feedback) >= FEWEST),
        key=lambda one: (-len(one.feedback), one.kind, one.value),
    )
