"""What is known about one prediction before it is put into words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal, get_args

from dashboard.explanations.words.frequency import Frequency
from dashboard.explanations.words.reasons import Reason, Weighed
from dashboard.explanations.words.related import Related
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.metric_names import BINARY, REGRESSION

Telling = Literal["manager", "expert", "data_scientist"]
TELLINGS: tuple[Telling, ...] = get_args(Telling)
Scale = Literal["log_odds", "probability", "number", "decision", "log"]


@dataclass(frozen=True)
class Facts:
    """One explained prediction: contributions and `base` add up to the raw score, on `scale`.

    `score` is the one of the log (probability, number, or class). `frequency` is what such a score means, where that
    can be said; `related` are features that go together in the data; `method` and `rows` tell how contributions were
    found and on how many rows of the reference they rest (0: on the model alone).
    """

    card: ModelCard
    reasons: tuple[Reason, ...]
    base: float
    score: float | str
    scale: Scale
    frequency: Frequency | None = None
    related: Sequence[Related] = field(default=())
    method: str = "shap"
    rows: int = 0

    @property
    def raw(self) -> float:
        """What the model says before it becomes a probability."""
        return self.base + sum(reason.contribution for reason in self.reasons)

    @property
    def positive(self) -> bool:
        """Whether a binary model's score reaches the threshold of the card."""
        return not isinstance(self.score, str) and self.score >= self.card.data.threshold

    @cached_property
    def weighed(self) -> Weighed:
        """The reasons by the side that they take: for the decision, for a higher number, or for the class."""
        against = self.card.task == BINARY and not self.positive
        lowered = self.card.task == REGRESSION and self.raw < self.base
        return Weighed(self.reasons, -1 if against or lowered else 1)
