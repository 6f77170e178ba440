"""How experts judge single predictions of a model: the reasons they may give, and what their judgements can prove."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Annotated, Self

from pydantic import Field, model_validator

from dashboard.schema.card.versions import Share
from dashboard.schema.reading.strict_model import Fault, StrictModel, refuse
from dashboard.schema.texts import ShortLocalText

Cases = Annotated[int, Field(ge=1, le=1_000_000)]


class Feedback(StrictModel):
    """`reasons` are offered to experts; without any they write their own.

    `hide_explanation_until_judged` keeps the model's reasons away from an expert who has not judged yet. Below
    `minimum_cases` judged random cases agreement is not known. `overlap` is the share of random cases that several
    experts judge, so that their agreement with each other can be measured.
    """

    reasons: Annotated[list[ShortLocalText], Field(max_length=50)] = []
    hide_explanation_until_judged: bool = True
    minimum_cases: Cases = 50
    overlap: Share = 0.1

    def reason_named(self, text: str) -> str | None:
        """The name under which a reason is recorded, from any of its wordings; None for one that is not offered."""
        wanted = text.strip().casefold()
        return next(
            (
                reason.in_language("en")
                for reason in self.reasons
                if wanted in (one.casefold() for one in reason.texts())
            ),
            None,
        )

    def reason_words(self, name: str, language: str) -> str:
        """What readers of a language call a recorded reason; the name itself where the card does not offer it."""
        found = next((one for one in self.reasons if one.in_language("en") == name), None)
        return name if found is None else found.in_language(language)

    @model_validator(mode="after")
    def _reasons_differ(self) -> Self:
        refuse(self._repeated())
        return self

    def _repeated(self) -> Iterator[Fault]:
        seen: set[str] = set()
        for place, reason in enumerate(self.reasons):
            name = reason.in_language("en").casefold()
            if name in seen:
                message = f"received the reason '{name}' more than once; allowed is once; remove the others"
                yield (("reasons", place), message, name)
            seen.add(name)
