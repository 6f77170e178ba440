"""Count the outcomes of exactly the rows that a condition holds for, and of the others beside them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dashboard.profiles.amounts import amount_columns
from dashboard.profiles.checks import names_of
from dashboard.profiles.count import microseconds
from dashboard.profiles.engine import Engine
from dashboard.profiles.layout import ACTUAL, SCORE, Layout
from dashboard.profiles.log import Log, part_cases
from dashboard.profiles.log_columns import LogColumn
from dashboard.profiles.periods import to_utc
from dashboard.profiles.row_conditions import RowChecks
from dashboard.profiles.summarise import Summariser
from dashboard.profiles.windows import Profile, Window, merged
from dashboard.schema.card.card import ModelCard
from dashboard.schema.card.row_rules import Condition, Negation


@dataclass(frozen=True)
class AffectedRows:
    """Rows of base periods (local starts, with the end of the last one) and the condition that some of them meet."""

    condition: Condition
    boundaries: tuple[datetime, ...]


def count_affected(
    log: Log, layout: Layout, card: ModelCard, wanted: Sequence[AffectedRows], moment: datetime
) -> list[tuple[Window, Window]]:
    """The rows that meet each condition, and those that do not, with their outcomes as known at `moment` (UTC).

    Rows for which a missing value leaves the condition undecided are on neither side.
    """
    outcomes = _OutcomesOnly.of(layout)
    engine = Engine(log.home / "log")
    try:
        part_cases(engine, log, card)
        return [
            (
                outcomes.count(engine, log, rows, rows.condition, moment),
                outcomes.count(engine, log, rows, Negation(rows.condition), moment),
            )
            for rows in wanted
        ]
    finally:
        engine.close()


@dataclass(frozen=True)
class _OutcomesOnly:
    """Counts outcomes by period, and nothing else."""

    layout: Layout
    whole: Layout

    @classmethod
    def of(cls, layout: Layout) -> _OutcomesOnly:
        from dataclasses import replace

        outputs = tuple(bins for bins in layout.columns if bins.name in (SCORE, ACTUAL))
        return cls(replace(layout, columns=outputs, segments=(), rules=()), layout)

    def count(self, engine: Engine, log: Log, rows: AffectedRows, condition: Condition, moment: datetime) -> Window:
        utc = [to_utc(start, self.layout.zone) for start in rows.boundaries]
        marks = np.array([microseconds(start) for start in utc], dtype=np.int64)
        checks = RowChecks(names=names_of(self.whole), only=condition)
        score = LogColumn(SCORE, self.layout.column(SCORE).kind == "numeric")
        profiles = []
        for version in log.versions():
            sources = log.sources(moment, (utc[0], utc[-1]), version)
            batches = engine.batches(sources, [score, *amount_columns(self.layout)], (utc[0], utc[-1]), checks)
            for (period, _, _), summary in Summariser(self.layout).summarise(batches, marks).items():
                start = rows.boundaries[period]
                found = (summary.predictions, summary.labelled, b"", summary.outcomes)
                profiles.append(Profile(version, start, None, *found))
        return merged(sorted(profiles, key=lambda profile: profile.start), self.layout)
