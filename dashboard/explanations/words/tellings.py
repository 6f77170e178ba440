"""One explained prediction in two or three sentences: for the manager, for the expert, for the data scientist."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from dashboard.explanations.words.facts import Facts, Telling
from dashboard.explanations.words.frequency import Frequency, frequency_in_words
from dashboard.explanations.words.reasons import WORTH_A_WORD, Reason
from dashboard.explanations.words.values import Enumerated, InWords, Percent, Plain, Signed, Technical
from dashboard.schema.card.data import FeatureLabel
from dashboard.schema.card.metric_names import BINARY, REGRESSION
from dashboard.schema.texts import LocalText
from dashboard.words import ManyLanguages, Sentence, mark

# How many reasons for and against are named to whom.
NAMED: dict[Telling, tuple[int, int]] = {"manager": (2, 1), "expert": (4, 3)}
TECHNICAL = 8
SELECTED, NOT_SELECTED = mark("The model selects this case"), mark("The model does not select this case")
DECIDED = mark("{decision}: {frequency}.")
DECIDED_ALONE = mark("{decision}.")
PREDICTED = mark("The model predicts {value}.")
MORE_THAN_USUAL = mark("The model predicts {value}, {difference} more than on average.")
LESS_THAN_USUAL = mark("The model predicts {value}, {difference} less than on average.")
FOR, FOR_ONE = mark("The main reasons are {reasons}."), mark("The main reason is {reasons}.")
NOTHING_STANDS_OUT = mark("No single reason stands out; foremost among them: {reasons}.")
NOTHING_FOR = mark("No feature speaks for it more than in the average case.")
NOTHING_MOVES = mark("No feature moves the prediction away from that of the average case.")
AGAINST, AGAINST_ONE = mark("Against it speak {reasons}."), mark("Against it speaks {reasons}.")
RAISED, LOWERED = mark("It is raised mainly by {reasons}."), mark("It is lowered mainly by {reasons}.")
BUT_RAISED = mark("On the other hand it is raised by {reasons}.")
BUT_LOWERED = mark("On the other hand it is lowered by {reasons}.")
RAISED_A_LITTLE = mark("No single reason stands out; it is raised most by {reasons}.")
LOWERED_A_LITTLE = mark("No single reason stands out; it is lowered most by {reasons}.")
AS_STRONG = mark("Further reasons are about as strong: {n}.")
TOGETHER_FOR = mark(
    "{first} and {second} go together in the data: how their effect is shared between them is uncertain, together they "
    "speak for it."
)
TOGETHER_AGAINST = mark(
    "{first} and {second} go together in the data: how their effect is shared between them is uncertain, together they "
    "speak against it."
)
TOGETHER_RAISE = mark(
    "{first} and {second} go together in the data: how their effect is shared between them is uncertain, together they "
    "raise the prediction."
)
TOGETHER_LOWER = mark(
    "{first} and {second} go together in the data: how their effect is shared between them is uncertain, together they "
    "lower the prediction."
)
FROM_RECORD = mark("So it was in {rows} cases with a similar score (95% interval: {low} to {high}).")
FROM_SCORE = mark("That is the model's own estimate: too few outcomes of such scores are known.")
SCORED = mark("Score {score}, threshold {threshold}; base {base}, contributions {sum}, raw score {raw} ({scale}).")
VALUED = mark("Score {score}; base {base}, contributions {sum}, raw score {raw} ({scale}).")
LARGEST = mark("Contributions, largest first: {reasons}.")
THE_REST = mark("The other {n} add up to {sum}.")
METHODS = {
    "shap": mark("Contributions are SHAP values, folded back to the features of the card."),
    "attributions": mark("Contributions came with the predictions; they were checked to add up to the score."),
}
SCALES = {
    "log_odds": mark("log-odds"),
    "probability": mark("probability"),
    "number": mark("unit of the prediction"),
    "decision": mark("decision value"),
    "log": mark("logarithm of the prediction"),
}


def tell(facts: Facts, telling: Telling) -> tuple[Sentence, ...]:
    """The explanation for one kind of reader."""
    if telling == "data_scientist":
        return tuple(_technical(facts))
    return tuple(_plain(facts, telling))


def _plain(facts: Facts, telling: Telling) -> Iterator[Sentence]:
    yield _decision(facts)
    if telling == "expert" and facts.frequency is not None:
        yield _source(facts.frequency)
    most_for, most_against = NAMED[telling]
    weighed, shares = facts.weighed, telling == "expert"
    if not weighed.total:
        yield Sentence(NOTHING_MOVES)
        return
    named = weighed.named(weighed.speaking_for, most_for)
    yield _for(facts, named, shares)
    if further := weighed.as_strong(weighed.speaking_for, named):
        yield Sentence(AS_STRONG, {"n": further})
    against = weighed.named(weighed.speaking_against, most_against)
    if weighed.share(against[:1]) >= WORTH_A_WORD:
        yield _against(facts, against, shares)
    if telling == "expert":
        yield from _together(facts)


def _decision(facts: Facts) -> Sentence:
    if facts.card.task == REGRESSION:
        return _number(facts)
    if facts.card.task != BINARY:
        return Sentence(PREDICTED, {"value": Plain(str(facts.score))})
    wording = facts.card.data.wording
    given = (wording.positive if facts.positive else wording.negative) if wording else None
    decision: LocalText | str = given or (SELECTED if facts.positive else NOT_SELECTED)
    if facts.frequency is None:
        return Sentence(DECIDED_ALONE, {"decision": decision})
    values = {"decision": decision, "frequency": frequency_in_words(facts.frequency, wording)}
    return Sentence(DECIDED, values)


def _number(facts: Facts) -> Sentence:
    unit = facts.card.data.unit
    value = _amount(float(facts.score), unit)
    difference = facts.raw - facts.base
    if facts.scale != "number" or not difference:
        return Sentence(PREDICTED, {"value": value})
    message = MORE_THAN_USUAL if difference > 0 else LESS_THAN_USUAL
    return Sentence(message, {"value": value, "difference": _amount(abs(difference), unit)})


def _amount(value: float, unit: LocalText | None) -> Sentence | float:
    return value if unit is None else Sentence(mark("{amount} {unit}"), {"amount": value, "unit": unit})


def _source(found: Frequency) -> Sentence:
    if found.source == "score" or found.low is None or found.high is None:
        return Sentence(FROM_SCORE)
    low, high = (Percent(value) for value in (found.low, found.high))
    return Sentence(FROM_RECORD, {"rows": found.rows, "low": low, "high": high})


def _listed(facts: Facts, reasons: Sequence[Reason], *, shares: bool) -> Enumerated:
    weighed, data = facts.weighed, facts.card.data
    return Enumerated([InWords(data, one, weighed.share([one]) if shares else None) for one in reasons])


def _for(facts: Facts, named: Sequence[Reason], shares: bool) -> Sentence:
    if not named:
        return Sentence(NOTHING_FOR)
    outstanding = facts.weighed.stands_out()
    values = {"reasons": _listed(facts, named, shares=shares)}
    if facts.card.task == REGRESSION:
        up, down = (RAISED, LOWERED) if outstanding else (RAISED_A_LITTLE, LOWERED_A_LITTLE)
        return Sentence(up if facts.weighed.direction > 0 else down, values)
    if not outstanding:
        return Sentence(NOTHING_STANDS_OUT, values)
    return Sentence(FOR if len(named) > 1 else FOR_ONE, values)


def _against(facts: Facts, named: Sequence[Reason], shares: bool) -> Sentence:
    values = {"reasons": _listed(facts, named, shares=shares)}
    if facts.card.task == REGRESSION:
        return Sentence(BUT_LOWERED if facts.weighed.direction > 0 else BUT_RAISED, values)
    return Sentence(AGAINST if len(named) > 1 else AGAINST_ONE, values)


def _together(facts: Facts) -> Iterator[Sentence]:
    """The strongest pair of features that go together of which both have something to say here."""
    weighed, data = facts.weighed, facts.card.data
    sizes = {one.feature: weighed.share([one]) for one in weighed.reasons}
    for pair in facts.related:
        both = (pair.first, pair.second)
        if any(sizes.get(name, 0.0) < WORTH_A_WORD for name in both):
            continue
        side = weighed.together(both)
        if facts.card.task == REGRESSION:
            message = TOGETHER_RAISE if side * weighed.direction >= 0 else TOGETHER_LOWER
        else:
            message = TOGETHER_FOR if side >= 0 else TOGETHER_AGAINST
        first, second = (FeatureLabel(data, name) for name in both)
        yield Sentence(message, {"first": first, "second": second})
        return


def _technical(facts: Facts) -> Iterator[Sentence]:
    scale = SCALES[facts.scale]
    moved = sum(reason.contribution for reason in facts.reasons)
    values: dict[str, object] = {
        "score": Plain(facts.score) if isinstance(facts.score, str) else facts.score,
        "base": facts.base,
        "sum": Signed(moved),
        "raw": facts.raw,
        "scale": scale,
    }
    if facts.card.task == BINARY:
        yield Sentence(SCORED, {**values, "threshold": facts.card.data.threshold})
    else:
        yield Sentence(VALUED, values)
    ordered = sorted(facts.reasons, key=lambda one: -abs(one.contribution))
    parts: list[ManyLanguages | str] = [Technical(one) for one in ordered[:TECHNICAL]]
    yield Sentence(LARGEST, {"reasons": Enumerated(parts)})
    if rest := ordered[TECHNICAL:]:
        yield Sentence(THE_REST, {"n": len(rest), "sum": Signed(sum(one.contribution for one in rest))})
    yield Sentence(METHODS[facts.method])
    if facts.frequency is not None:
        yield _source(facts.frequency)
    yield from _together(facts)
