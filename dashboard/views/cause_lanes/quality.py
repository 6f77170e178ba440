"""When the data that the model got were faulty."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.governance.causes.happenings import Happening, periods_of
from dashboard.governance.data_quality.incidents import incidents
from dashboard.periods import period_end, period_start
from dashboard.schema.card.reasons import with_label
from dashboard.store.cards import get_card
from dashboard.store.engine.database import Store
from dashboard.store.sentences import sentence_of
from dashboard.views.cause_lanes.registry import lane
from dashboard.views.query import Query


@lane("quality")
def faulty_data(store: Store, query: Query) -> Iterable[Happening]:
    """The faults that checks of the log, or of other tools, found; they are known by their first day or period."""
    assert query.model is not None
    card = get_card(store, query.model, query.as_of)
    for one in incidents(store, query.model, query.as_of):
        content = one.fault.content
        # What the lineage graph reports of tables stands in the lane of what lies upstream.
        if content["since"] is None or content.get("traced"):
            continue
        since = content["since"]
        begins, begun_by = period_start(since).date(), period_end(since)
        lasts = content["ongoing"] and content.get("unchecked_since") is None
        ends = None if lasts or content["until"] is None else max(begun_by, period_end(content["until"]))
        last = content["until"] if ends is not None else None
        period = periods_of(since, last) if begins != begun_by else None
        what = with_label(sentence_of(content["message"], content["values"]), card)
        yield Happening(
            "quality", begins, begun_by, ends, content["status"], what, content["feature"], period
        )  # fmt: skip
