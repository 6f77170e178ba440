"""What the filter bar of a page about one model holds, as the query of a view."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, cast

from dashboard.ui.session.language import language
from dashboard.ui.session.url_state import Days
from dashboard.views.query import Grain, Query

Reference = Days | Literal["last_year"] | None


def usual_period(finest: str) -> Grain:
    """The periods that charts begin with: months where the model's own are finer, as days are noisy."""
    return cast(Grain, finest) if finest in ("quarter", "year") else "month"


@dataclass(frozen=True)
class Picked:
    """What the filter bar of a page about one model holds."""

    model: str
    window: Days | None = None
    by: Grain | None = None
    version: str | None = None
    segment: tuple[str, str] | None = None

    def is_usual(self) -> bool:
        """Whether the reader has picked nothing that another figure or judgement could come from."""
        return self.window is None and self.version is None and self.segment is None

    def query(self, **more: Any) -> Query:
        """The query of a view; `more` adds or replaces fields of Query."""
        start, end = self.window or (None, None)
        fields: dict[str, Any] = {
            "model": self.model, "start": start, "end": end, "by": self.by, "version": self.version,
            "segment": self.segment, "language": language(),
        }  # fmt: skip
        return Query(**(fields | more))
