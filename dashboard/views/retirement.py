"""Which models could be retired or merged."""

from __future__ import annotations

import pandas as pd

from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.kinds import Column
from dashboard.views.query import Query
from dashboard.views.registry import VIEWS, view
from dashboard.words import mark


@view(
    "retire-or-merge",
    columns=declare(
        "model",
        Column("other", "model", mark("Other model")),
        "kind evidence",
        Column("saving", "money", mark("Saved per month")),
        "currency accountable_executive state person until reason",
    ),
    model="optional",
)
def retire_or_merge(store: Store, query: Query) -> pd.DataFrame:
    """Which models could be retired or merged, what shows it, and what would it save?

    Columns: model, other (the model to merge with; null = none), kind (unused, low_value, twin), evidence (sentences
    with their figures), saving (per month: running it, and its features that no other model uses; null = the card
    states no cost), currency, accountable_executive (who decides; person ids), state (open, or kept: somebody decided
    to keep it until a day), person (who decided that), until (last day on which it holds), reason.
    """
    found = judged_frame(store, query, "retirement", VIEWS.get("retire-or-merge").columns)
    visible = [not isinstance(other, str) or query.sees(other) for other in found["other"]]
    return found[visible].reset_index(drop=True)
