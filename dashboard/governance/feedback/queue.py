"""Which cases an expert judges next: random ones for statistics, and those that promise much to learn, by quotas.

Half of all predictions, parted by their mark, are drawn at random and nothing else; the other half is where cases
are picked for a purpose. So what is picked changes nothing about what is random.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from dashboard.governance.feedback.handed_out import Case, HandedOut, Why
from dashboard.governance.feedback.judged_rows import Key, key_of
from dashboard.governance.feedback.verdicts import GivenVerdict
from dashboard.profiles.candidates import Candidate
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import BINARY
from dashboard.schema.config.dashboard import Quotas

# Inputs that so small a share of the reference has are unusual.
UNUSUAL = 0.01
SHARED_STEPS = 10_000
Weight = Callable[[float | str], float]


@dataclass(frozen=True)
class Pool:
    """What cases are picked from: candidates by their mark, who has which case, and every judgement of the model.

    `doubts` tells how uncertain the model is about candidates where there is no threshold (`doubts_of`).
    """

    candidates: Sequence[Candidate]
    known: Sequence[HandedOut]
    verdicts: Sequence[GivenVerdict]
    doubts: Mapping[Key, float] = field(default_factory=dict)


def pick_cases(card: ModelCard, pool: Pool, person: str, quotas: Quotas, number: int) -> list[Case]:
    """The next cases of a person, at most `number`; what a quota cannot fill is drawn at random.

    No two people get the same random case, but the share `overlap` of the card, so that experts can be compared.
    """
    own = _own(card, pool, person)
    picked: dict[Key, Case] = {}
    wanted = shares_of(quotas, number)
    for why, count in wanted.items():
        if why != "random":
            found = (one for one in _ordered(card, pool, person, why) if _key(card, one) not in own)
            for one in found:
                if sum(case.why == why for case in picked.values()) >= count:
                    break
                picked.setdefault(_key(card, one), _case(one, why))
    for one in _random(card, pool, person, number - len(picked)):
        picked[_key(card, one)] = _case(one, "random")
    return sorted(picked.values(), key=lambda case: _digest(person, case.prediction, case.version))


def shares_of(quotas: Quotas, number: int) -> dict[Why, int]:
    """How many cases each quota gets: whole numbers that sum up, the largest remainders first.

    >>> shares_of(Quotas(), 10)
    {'random': 5, 'uncertain': 2, 'costly': 1, 'drifted': 1, 'contested': 1}
    """
    exact: dict[Why, float] = {
        "random": quotas.random * number,
        "uncertain": quotas.uncertain * number,
        "costly": quotas.costly * number,
        "drifted": quotas.drifted * number,
        "contested": quotas.contested * number,
    }
    found = {why: math.floor(round(share, 9)) for why, share in exact.items()}
    rest = sorted(exact, key=lambda why: found[why] - exact[why])
    for why in rest[: number - sum(found.values())]:
        found[why] += 1
    return found


def is_drawn_at_random(mark: int) -> bool:
    """Return whether a prediction belongs to the half that random cases come from."""
    return mark % 2 == 0


def is_shared(mark: int, overlap: float) -> bool:
    """Return whether a prediction is one that several experts judge."""
    return (mark // 2) % SHARED_STEPS < overlap * SHARED_STEPS


def _key(card: ModelCard, one: Candidate) -> Key:
    return key_of(card, one.prediction, one.version, one.made_at)


def _own(card: ModelCard, pool: Pool, person: str) -> set[tuple[str, str | None, datetime | None]]:
    """What a person has or had, or has judged."""
    had: set[tuple[str, str | None, datetime | None]] = {
        one.case.key(card) for one in pool.known if one.person == person
    }
    return had | {one.case for one in pool.verdicts if one.person == person and one.counts}


def _random(card: ModelCard, pool: Pool, person: str, number: int) -> list[Candidate]:
    """The next random cases, by their mark: those that nobody has, and as many shared ones as are to be shared."""
    own = _own(card, pool, person)
    taken: set[tuple[str, str | None, datetime | None]] = {
        one.case.key(card) for one in pool.known if one.person != person and one.case.why == "random"
    }
    taken |= {one.case for one in pool.verdicts if one.person != person and one.counts and one.sample == "random"}
    overlap = card.feedback_rules.overlap
    mine = [one.case.key(card) for one in pool.known if one.person == person and one.case.why == "random"]
    may_share = math.ceil(overlap * (len(mine) + number) - 1e-9) - sum(key in taken for key in mine)
    found: list[Candidate] = []
    for one in pool.candidates:
        key = _key(card, one)
        if len(found) == number:
            break
        if key in own or not is_drawn_at_random(one.mark):
            continue
        if key in taken:
            if may_share <= 0 or not is_shared(one.mark, overlap):
                continue
            may_share -= 1
        found.append(one)
    return found


def _ordered(card: ModelCard, pool: Pool, person: str, why: Why) -> Iterable[Candidate]:
    """The candidates for a purpose, the best first, of those that nobody else holds."""
    if why == "contested":
        return _contested(card, pool)
    held = {one.case.key(card) for one in pool.known if one.person != person and one.case.why == why}
    free = [one for one in pool.candidates if not is_drawn_at_random(one.mark) and _key(card, one) not in held]
    if why == "drifted":
        return sorted((one for one in free if one.rarity < UNUSUAL), key=lambda one: (one.rarity, one.mark))
    if why == "uncertain" and card.task != BINARY:
        doubted = [(pool.doubts[key], one) for one in free if (key := _key(card, one)) in pool.doubts]
        return [one for _, one in sorted(doubted, key=lambda pair: (-pair[0], pair[1].mark))]
    weigh = _nearness(card) if why == "uncertain" else _cost(card)
    return [] if weigh is None else sorted(free, key=lambda one: (-weigh(one.score), one.mark))


def _contested(card: ModelCard, pool: Pool) -> list[Candidate]:
    """Cases about which experts differ, or are unsure."""
    said: dict[tuple[str, str | None, datetime | None], set[str]] = {}
    for one in pool.verdicts:
        if one.counts:
            said.setdefault(one.case, set()).add(one.verdict)
    return [one for one in pool.candidates if len(found := said.get(_key(card, one), set())) > 1 or found == {"unsure"}]


def _nearness(card: ModelCard) -> Weight:
    """How near a score lies to the threshold."""
    return lambda score: -abs(float(score) - card.data.threshold)


def _cost(card: ModelCard) -> Weight | None:
    """What a wrong decision would cost in the mean, by the amounts of the card; None without them."""
    value = card.business.value
    if card.task == "regression":
        return None if value is None or value.errors is None else lambda score: abs(float(score))
    if value is None or value.outcomes is None:
        return None
    amounts = value.outcomes
    missed = amounts.true_positive - amounts.false_negative
    alarmed = amounts.true_negative - amounts.false_positive
    threshold = card.data.threshold
    return lambda score: (1 - float(score)) * alarmed if float(score) >= threshold else float(score) * missed


def _case(one: Candidate, why: Why) -> Case:
    return Case(one.prediction, one.version, one.made_at, one.score, why)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
