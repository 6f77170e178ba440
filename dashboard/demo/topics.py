"""What people of the demo mean when they name feedback and topics in words: the ids that the store gave them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dashboard.governance.feedback.remarks import REMARK, remarks_of
from dashboard.governance.feedback.topics import topic_key
from dashboard.governance.feedback.verdicts import list_verdicts
from dashboard.store.engine.database import Store
from dashboard.store.statements import list_statements

# Actions about a topic, which the demo names by its title.
BY_TITLE = frozenset({"answer_topic", "acknowledge_answer", "bundle_feedback"})
# Actions that bundle what was said until then about what they name.
GATHERING = frozenset({"open_topic", "bundle_feedback"})


def with_ids(store: Store, action: str, values: Mapping[str, Any]) -> Mapping[str, Any]:
    """The values of an act with ids of topics and feedback; `gathers` names a reason of experts, or a column."""
    found = dict(values)
    if action in BY_TITLE:
        found["topic"] = topic_key(found["model"], found.pop("title"))
    if action in GATHERING:
        found["feedbacks"] = feedback_about(store, found["model"], found.pop("gathers", ()))
    return found


def feedback_about(store: Store, model_id: str, about: list[str]) -> list[str]:
    """The judgements that give one of some reasons, and the remarks on one of some features or groups of cases."""
    judged = [one.feedback_id for one in list_verdicts(store, model_id) if one.counts and {*about} & {*one.reasons}]
    remarks = remarks_of(list_statements(store, [REMARK], model_id))
    return judged + [one.remark_id for one in remarks if one.feature in about or one.segment in about]
