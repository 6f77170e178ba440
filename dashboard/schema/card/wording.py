"""What a decision is called in sentences."""

from __future__ import annotations

from typing import Self

from pydantic import model_validator

from dashboard.schema.reading.strict_model import StrictModel, refuse
from dashboard.schema.texts import ShortLocalText


class Wording(StrictModel):
    """What a decision is called in sentences, as in `{positive}: of 100 such {cases} about 62 {outcome}`.

    `positive` and `negative` are whole sentences without a full stop; `cases` and `outcome` are parts of one. Languages
    order words in their own way: German reads "etwa 62 von 100 solchen {cases} {outcome}".
    """

    cases: ShortLocalText | None = None
    outcome: ShortLocalText | None = None
    positive: ShortLocalText | None = None
    negative: ShortLocalText | None = None

    @model_validator(mode="after")
    def _cases_have_an_outcome(self) -> Self:
        alone = {"cases": self.cases, "outcome": self.outcome}
        given = [name for name, text in alone.items() if text is not None]
        if len(given) == 1:
            other = "outcome" if given == ["cases"] else "cases"
            message = f"received {given[0]} without {other}; allowed are both or none; add {other}"
            refuse([((given[0],), message, given[0])])
        return self
