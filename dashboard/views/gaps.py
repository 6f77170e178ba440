"""What is missing or wrong around each model, and whom to ask."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd

from dashboard.governance.situation.portfolio import Portfolio
from dashboard.schema.severities import SEVERITIES
from dashboard.store.engine.database import Store
from dashboard.views.columns import declare
from dashboard.views.judged_frames import judged_frame
from dashboard.views.portfolios import of_portfolio, portfolio_gaps
from dashboard.views.query import Query
from dashboard.views.registry import view

COLUMNS = declare("model gap severity person since reason")


@view("gaps", columns=COLUMNS, model="optional")
def gaps(store: Store, query: Query) -> pd.DataFrame:
    """What is missing or wrong around each model, since when, and whom to ask?

    Columns: model, gap, severity (low, medium, high), person (whom to ask; null = nobody is known), since (day), reason
    (a sentence). Most severe first. `on` asks about a past day, `as_of` for what was known then.
    """
    of_models, counted = judged_frame(store, query, "gap", COLUMNS), _counted(store, query)
    found = pd.concat([of_models, counted], ignore_index=True) if len(counted) else of_models
    severity = found["severity"].map({name: place for place, name in enumerate(SEVERITIES)}).to_numpy(dtype=np.int8)
    models = pd.factorize(found["model"], sort=True)[0]
    return found.take(np.lexsort((models, severity))).reset_index(drop=True)


def _counted(store: Store, query: Query) -> pd.DataFrame:
    """The gaps that count over the portfolio, in the reader's language."""
    everywhere = replace(query, model=None)

    def find(portfolio: Portfolio) -> pd.DataFrame:
        known = portfolio_gaps(store, everywhere)
        # A person who carries too many models is told of with one sentence at each of them.
        words = {
            id(reason): reason.render(query.language)
            for reason in {id(gap.reason): gap.reason for gap in known}.values()
        }
        rows = [
            (
                gap.model_id,
                gap.gap,
                gap.severity,
                gap.person,
                gap.since.isoformat() if gap.since else None,
                words[id(gap.reason)],
            )
            for gap in known
        ]
        return pd.DataFrame(rows, columns=COLUMNS.names, dtype=object)

    found = of_portfolio(store, query, ("gap frame", query.language), find)
    return found if query.model is None else found[found["model"] == query.model]
