"""Which signature stands for which role of a step: a person stands for one role, so two roles need two people."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import product

from dashboard.governance.sign_offs.signatures import Signature
from dashboard.schema.card.roles import RoleName

Standing = dict[RoleName, Signature | None]


def standing(
    made: Sequence[Signature], required: Sequence[RoleName], free: Callable[[RoleName, frozenset[str]], bool]
) -> Standing:
    """Choose the signature in force for each required role of a step, from decisions that count, oldest first.

    Of each person the last decision counts, and for one role only. As many roles as can be are filled; what stays open
    is a role for which somebody else may sign, if there is one (`free`: role, persons who have signed), and newer
    decisions go first. A rejection that is the last decision for a role stands for it, whoever made it.
    """
    last = {one.person: one for one in made}
    candidates = {role: _newest_first(last, role, len(required)) for role in required}
    chosen = (
        _best(candidates, free)
        if len(required) > 1
        else {role: next(iter(candidates[role]), None) for role in required}
    )
    for role, signatures in candidates.items():
        if signatures and signatures[0].decision == "reject":
            chosen[role] = signatures[0]
    return chosen


def _newest_first(last: Mapping[str, Signature], role: RoleName, most: int) -> list[Signature]:
    """The last decisions for a role; of more than there are roles the further ones are never needed."""
    return sorted((one for one in last.values() if role in one.roles), key=lambda one: one.at, reverse=True)[:most]


def _best(
    candidates: Mapping[RoleName, Sequence[Signature]], free: Callable[[RoleName, frozenset[str]], bool]
) -> Standing:
    signed = frozenset(one.person for signatures in candidates.values() for one in signatures)
    closed = {role: not free(role, signed) for role in candidates}
    best: tuple[tuple[int, int, int], Standing] | None = None
    for choice in product(*([*signatures, None] for signatures in candidates.values())):
        persons = [one.person for one in choice if one is not None]
        if len(set(persons)) < len(persons):
            continue
        found: Standing = dict(zip(candidates, choice, strict=True))
        open_roles = [role for role, one in found.items() if one is None]
        age = sum(candidates[role].index(one) for role, one in found.items() if one is not None)
        worth = (len(open_roles), sum(closed[role] for role in open_roles), age)
        if best is None or worth < best[0]:
            best = (worth, found)
    assert best is not None
    return best[1]
