"""Labels that arrive apart from their prediction: before it (pending), later, or with its repetition.

The log holds at most one label for an id: with the row of the prediction, or in one label file. Table made here:
`settled` (labels to be added, with the instant of their prediction or none).
"""

from __future__ import annotations

from dashboard.store.log.call import Call


def settle_labels(call: Call, wanted: str) -> None:
    """Make `settled` from the labels that `wanted` selects (`_id`, `_actual`, `_known_at`), leaving out what is known.

    Of several equal labels for an id the one known first counts. Needs `seen` and `known_labels`, and no conflicts.
    """
    call.connection.execute(f"""
        CREATE TABLE settled AS
        SELECT d._id, d._actual, d._known_at, s._at
        FROM (SELECT _id, max(_actual) AS _actual, min(_known_at) AS _known_at FROM ({wanted}) GROUP BY _id) d
        LEFT JOIN seen s ON d._id = s._id
        WHERE d._id NOT IN (SELECT _id FROM known_labels)
    """)
