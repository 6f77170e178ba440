"""What speaks for a prediction and what against it, by size, and whether any of it stands out."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property

# The strongest reason has to hold this share of everything that moves the score, else none stands out.
STANDS_OUT = 0.2
# What holds less of it is not worth a word, and what holds this much of the last reason named is about as strong.
WORTH_A_WORD = 0.05
AS_STRONG = 0.9

Given = float | str | None


@dataclass(frozen=True)
class Reason:
    """A feature, its value in this case (None: missing), and by how much it moves the raw score from the average."""

    feature: str
    value: Given
    contribution: float


@dataclass(frozen=True)
class Weighed:
    """The reasons of a case; `direction` is 1 where a higher raw score speaks for what the model says, else -1."""

    reasons: tuple[Reason, ...]
    direction: int = 1

    @cached_property
    def total(self) -> float:
        """The sum of all absolute contributions."""
        return float(sum(abs(reason.contribution) for reason in self.reasons))

    @cached_property
    def speaking_for(self) -> tuple[Reason, ...]:
        """What speaks for it, the strongest first."""
        return self._strongest(1)

    @cached_property
    def speaking_against(self) -> tuple[Reason, ...]:
        """What speaks against it, the strongest first."""
        return self._strongest(-1)

    def _strongest(self, side: int) -> tuple[Reason, ...]:
        found = [one for one in self.reasons if one.contribution * self.direction * side > 0]
        return tuple(sorted(found, key=lambda one: -abs(one.contribution)))

    def share(self, reasons: Iterable[Reason]) -> float:
        """The share of all that moves the score, between 0 and 1."""
        return sum(abs(one.contribution) for one in reasons) / self.total if self.total > 0 else 0.0

    def stands_out(self) -> bool:
        """Whether what speaks for it most holds enough of all that moves the score."""
        return bool(self.speaking_for) and self.share(self.speaking_for[:1]) >= STANDS_OUT

    def named(self, ordered: Sequence[Reason], most: int) -> tuple[Reason, ...]:
        """At most so many of the strongest reasons that are worth a word; one of several at least."""
        worth = [one for one in ordered[:most] if self.share([one]) >= WORTH_A_WORD]
        return tuple(worth or ordered[:1])

    def as_strong(self, ordered: Sequence[Reason], named: Sequence[Reason]) -> int:
        """How many reasons that are not named are about as strong as the last one that is."""
        if not named:
            return 0
        least = abs(named[-1].contribution) * AS_STRONG
        return sum(abs(one.contribution) >= least for one in ordered[len(named) :])

    def together(self, features: Iterable[str]) -> float:
        """By how much some features together speak for it (against it where negative)."""
        chosen = set(features)
        return float(sum(one.contribution for one in self.reasons if one.feature in chosen)) * self.direction
