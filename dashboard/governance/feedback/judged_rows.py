"""Which row of the log a judgement is about."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from dashboard.governance.feedback.verdicts import GivenVerdict
from dashboard.profiles.cases import LoggedCase
from dashboard.schema.card.card import ModelCard

# Id, version and instant of a prediction; the instant only where the card's key holds it.
Key = tuple[str, str, datetime | None]


class JudgedRows:
    """Rows of the log by what judgements name: the id, the version where it is named, the instant where it is."""

    def __init__(self, logged: Iterable[LoggedCase]) -> None:
        """Of several rows that fit what is named the last one counts."""
        self._last: dict[tuple[str, str | None, datetime | None], LoggedCase] = {}
        for row in sorted(logged, key=lambda one: one.made_at):
            for version in (row.version, None):
                for instant in (row.made_at, None):
                    self._last[row.prediction, version, instant] = row

    def about(self, verdict: GivenVerdict) -> LoggedCase | None:
        """The row that a judgement is about; None where the log does not have it."""
        return self._last.get(verdict.case)

    def scored_by(self, card: ModelCard, row: LoggedCase, version: str) -> LoggedCase | None:
        """The same case as scored by another version; None where it was not."""
        return self._last.get((row.prediction, version, row.made_at if card.data.by_instant else None))


def key_of(card: ModelCard, prediction: str, version: str, made_at: datetime) -> Key:
    """What tells a prediction from all others of the model; a judgement names it in `GivenVerdict.case`."""
    return prediction, version, made_at if card.data.by_instant else None
