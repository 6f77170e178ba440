"""Until when anything is known of a model: silence of everything says nothing of one check."""

from __future__ import annotations

from datetime import UTC, datetime

from dashboard.store.engine.clock import now
from dashboard.store.engine.database import Store
from dashboard.store.events import list_events
from dashboard.store.lineage_checks import newest_instant
from dashboard.store.log.files import PREDICTIONS, list_log_files


def newest_of_model(store: Store, model_id: str, as_of: datetime | None = None) -> datetime:
    """The newest instant (UTC) of a prediction or a result of a check of a model, or of any event of lineage.

    Not later than now; the earliest instant there is where nothing is known.
    """
    known = [newest_instant(store, (as_of, None))]
    known += [one.happened_at for one in list_events(store, model_id, ["quality"], as_of)]
    known += [one.last_at for one in list_log_files(store, model_id, PREDICTIONS, as_of) if one.last_at is not None]
    present = now()
    return max((one for one in known if one <= present), default=datetime.min.replace(tzinfo=UTC))
