"""What violations say about an expectation: kept, broken, or uncertain with so few cases."""

from __future__ import annotations

from dataclasses import dataclass

from dashboard.measures.intervals import wilson
from dashboard.schema.card.data import DataColumns, FeatureLabel
from dashboard.schema.card.expectations import Expectation
from dashboard.schema.config.thresholds import ExpectationThresholds
from dashboard.words import ManyLanguages, Sentence, mark

TOO_FEW = mark("{checked} cases were checked; {needed} are needed.")
NOT_SURE = mark("{violated} of {checked} checked cases violate it; whether more than {limit} of all do is uncertain.")
KEPT = mark("{violated} of {checked} checked cases violate it; allowed is {limit}.")
BEYOND = mark("{violated} of {checked} checked cases violate it, more than {limit}.")
PERHAPS = mark("{violated} of {checked} checked cases violate it, more than {limit}, but that may be chance.")
SENTENCES = {
    ("up", "not_down"): mark("A higher {feature} does not lower the score"),
    ("up", "not_up"): mark("A higher {feature} does not raise the score"),
    ("up", "unchanged"): mark("A higher {feature} does not change the score"),
    ("down", "not_down"): mark("A lower {feature} does not lower the score"),
    ("down", "not_up"): mark("A lower {feature} does not raise the score"),
    ("down", "unchanged"): mark("A lower {feature} does not change the score"),
    ("any", "unchanged"): mark("Another {feature} does not change the score"),
}


@dataclass(frozen=True)
class Judged:
    """Share of violations with its 95 % interval (Wilson; None where nothing was checked), status and reason."""

    share: float | None
    low: float | None
    high: float | None
    status: str
    reason: Sentence


def judge(checked: int, violated: int, cases: int, limits: ExpectationThresholds) -> Judged:
    """Judge `violated` of `checked` cases out of all `cases` of a period that could be checked.

    An alert needs the whole interval beyond the limit. `ok` needs it below the limit, unless every case of the period
    was checked: then the share is no estimate.
    """
    from dashboard.explanations.words.values import Percent

    if checked < limits.min_checked:
        share = violated / checked if checked else None
        low, high = wilson(violated / checked, checked) if checked else (None, None)
        reason = Sentence(TOO_FEW, {"checked": checked, "needed": limits.min_checked})
        return Judged(share, low, high, "unknown", reason)
    share = violated / checked
    low, high = wilson(share, checked)
    values = {"checked": checked, "violated": violated, "limit": Percent(limits.limit)}
    if low > limits.limit:
        return Judged(share, low, high, "alert", Sentence(BEYOND, values))
    if share > limits.limit:
        return Judged(share, low, high, "warn", Sentence(PERHAPS, values))
    if high <= limits.limit or checked >= cases:
        return Judged(share, low, high, "ok", Sentence(KEPT, values))
    return Judged(share, low, high, "unknown", Sentence(NOT_SURE, values))


def in_words(expectation: Expectation, data: DataColumns) -> ManyLanguages:
    """What experts call the expectation, or a sentence that says what it demands."""
    if expectation.text is not None:
        return expectation.text
    message = SENTENCES[expectation.direction, expectation.effect]
    return Sentence(message, {"feature": FeatureLabel(data, expectation.feature)})
