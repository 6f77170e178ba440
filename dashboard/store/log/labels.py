"""What becomes of the labels that a call brings: repeated, first, corrected, known before, or refused.

The log keeps every label of a case with the instant at which its source knew it (else that of its arrival); of those
known at an instant the one with the latest `_order` counts. Tables made here: `brought` (labels of the call), `judged`
(each with its `fault` or whether it is new), `accepted` (what is added, with its `_order`), `settled` (one row for each
prediction that an added label is about, and for each prediction that is new for a known label).
"""

from __future__ import annotations

from typing import cast

from dashboard.errors import SHOWN_PROBLEMS
from dashboard.store.audit.chain import AuditContext
from dashboard.store.log.call import Call
from dashboard.store.log.fields import actual_type
from dashboard.store.log.keys import case_of, key_columns, same_case, same_key
from dashboard.store.log.quoting import literal

# Why a label is refused: another one in the same call for the same instant, or in the log; not said to be a correction;
# a correction that was not known later.
IN_CALL, SAME_INSTANT, NOT_DATED, NOT_LATER = "in_call", "same_instant", "not_dated", "not_later"


def bring_with_predictions(call: Call) -> None:
    """Make `brought` from labels of predictions whose case has other rows or labels; the others stay in their row."""
    call.connection.execute(f"""
        CREATE TABLE brought AS
        SELECT i._id, i._case, false AS unbound, _actual, _known_at, _stated, min(_source) AS _source
        FROM (SELECT *, {case_of(call.card)} AS _case FROM incoming WHERE _actual IS NOT NULL) i
        SEMI JOIN concerned c ON {same_case("i", "c")}
        GROUP BY ALL
    """)


def bring_alone(call: Call) -> None:
    """Make `brought` from a file of labels.

    Where an id is scored again and again, a label is about the instant that it names, else about the latest prediction
    of its id that was made until the label was known. One that finds none is a case of its own until one comes.
    """
    case, found, unbound = case_of(call.card), "", "false"
    if call.card.data.by_instant:
        case = "coalesce(i._at, s._at, i._known_at)"
        unbound = "(i._at IS NULL AND s._at IS NULL)"
        found = "ASOF LEFT JOIN (SELECT DISTINCT _id, _at FROM seen) s ON i._id = s._id AND i._known_at >= s._at"
    call.connection.execute(f"""
        CREATE TABLE brought AS
        SELECT i._id, {case} AS _case, {unbound} AS unbound, i._actual, i._known_at, i._stated,
            min(i._source) AS _source
        FROM (SELECT * FROM incoming WHERE _actual IS NOT NULL) i {found}
        GROUP BY ALL
    """)


def _compare_labels(call: Call) -> None:
    """Make `newest` (the label of each case that counts), `met`, `many` and `contradicting` (labels of the call)."""
    call.connection.execute("""
        CREATE TABLE newest AS
        SELECT _id, _case, arg_max(_actual, _order) AS was, arg_max(_known_at, _order) AS was_known_at,
            arg_max(_stated, _order) AS was_stated, max(_order) AS was_order
        FROM known_labels GROUP BY ALL
    """)
    call.connection.execute(f"""
        CREATE TABLE met AS
        SELECT b._id, b._case, b._actual, b._known_at, b._stated,
            bool_or(k._actual = b._actual AND k._known_at = b._known_at) AS repeated,
            bool_or(k._actual = b._actual) AS told,
            bool_or(k._actual <> b._actual AND k._known_at = b._known_at) AS clashes
        FROM brought b JOIN known_labels k ON {same_case("b", "k")} GROUP BY ALL
    """)
    call.connection.execute("""
        CREATE TABLE many AS
        SELECT _id, _case, count(DISTINCT _actual) AS different, bool_or(NOT _stated) AS undated FROM brought
        GROUP BY ALL HAVING count(*) > 1
    """)
    call.connection.execute(f"""
        CREATE TABLE contradicting AS
        SELECT _id, _case, _known_at FROM brought b SEMI JOIN many m ON {same_case("b", "m")}
        GROUP BY ALL HAVING count(DISTINCT _actual) > 1
    """)


def judge_labels(call: Call, correcting: bool) -> None:
    """Make `judged`; `correcting`: labels without an instant of their own correct what is known."""
    _compare_labels(call)
    same_label = (
        f"{same_case('b', 'm')} AND b._actual = m._actual AND b._known_at = m._known_at AND b._stated = m._stated"
    )
    call.connection.execute(f"""
        CREATE TABLE judged AS
        SELECT b.*, n.was, n.was_known_at, n.was_order,
            CASE
                WHEN c._id IS NOT NULL OR ({not correcting} AND s.undated AND s.different > 1) THEN '{IN_CALL}'
                WHEN m.repeated THEN NULL
                WHEN m.clashes THEN '{SAME_INSTANT}'
                WHEN {not correcting} AND NOT b._stated AND NOT m.told THEN '{NOT_DATED}'
                WHEN {correcting} AND b._stated AND n.was_stated AND b._actual <> n.was
                    AND b._known_at <= n.was_known_at THEN '{NOT_LATER}'
            END AS fault,
            CASE
                WHEN n.was IS NULL THEN true
                WHEN m.repeated THEN false
                WHEN NOT b._stated AND {correcting} THEN b._actual <> n.was
                WHEN NOT b._stated THEN NOT m.told
                WHEN b._known_at > n.was_known_at THEN true
                WHEN NOT n.was_stated THEN NOT m.told
                ELSE true
            END AS fresh,
            n.was IS NOT NULL AND (NOT b._stated OR b._known_at > n.was_known_at OR NOT n.was_stated) AS corrects,
            s._id IS NULL AND n.was IS NULL AS only_one
        FROM brought b
        LEFT JOIN newest n ON {same_case("b", "n")}
        LEFT JOIN met m ON {same_label}
        LEFT JOIN many s ON {same_case("b", "s")}
        LEFT JOIN contradicting c ON {same_case("b", "c")} AND b._known_at = c._known_at
    """)


def accept_labels(call: Call) -> int:
    """Make `accepted` from what is new in `judged`, which holds no fault; returns how many of them correct another one.

    Of equal labels that follow on each other only the one known first is kept. A correction comes last in the order
    even where what it corrects was dated by its arrival. `was` is the value that a correction takes the place of.
    """
    kept = "_id, _case, unbound, _actual, _known_at, _stated, _source"
    call.connection.execute(f"""
        CREATE TABLE accepted AS
        SELECT {kept}, _known_at AS _order, NULL AS was FROM judged WHERE only_one
        UNION ALL
        SELECT {kept}, _order, before_it FROM (
            SELECT *, lag(_actual) OVER line AS before_it, lead(_actual) OVER line AS after_it,
                lead(is_known) OVER line AS known_after_it
            FROM (
                SELECT {kept}, false AS is_known,
                    CASE WHEN corrects THEN greatest(_known_at, was_order + to_microseconds(
                        row_number() OVER (PARTITION BY _id, _case ORDER BY _known_at)
                    )) ELSE _known_at END AS _order
                FROM judged WHERE fresh AND NOT only_one
                UNION ALL
                SELECT DISTINCT k._id, k._case, false, k._actual, k._known_at, k._stated, NULL::INTEGER, true, k._order
                FROM known_labels k SEMI JOIN (SELECT * FROM judged WHERE fresh) j ON {same_case("k", "j")}
            )
            WINDOW line AS (PARTITION BY _id, _case ORDER BY _order)
        )
        WHERE NOT is_known AND before_it IS DISTINCT FROM _actual
            AND NOT (before_it IS NULL AND coalesce(known_after_it, false) AND after_it IS NOT DISTINCT FROM _actual)
    """)
    return call.count("SELECT count(*) FROM accepted WHERE was IS NOT NULL")


def tell_corrections(call: Call, context: AuditContext, corrected: int, reason: str | None) -> None:
    """Add to the audit context what is corrected: how many, why, and of the first ones the value before and after."""
    id_and_instant = "_id || ' ' || strftime(_case, '%Y-%m-%dT%H:%M:%SZ')" if call.card.data.by_instant else "_id"
    found = call.execute(f"""
        SELECT {id_and_instant} AS name, was, _actual FROM accepted WHERE was IS NOT NULL
        ORDER BY name LIMIT {SHOWN_PROBLEMS}
    """)
    after = dict(cast("dict[str, object]", context.after[call.card.id]))
    after |= {"labels_corrected": corrected, "actuals": {str(name): value for name, _, value in found}}
    context.after[call.card.id] = after if reason is None else {**after, "reason": reason}
    context.before[call.card.id] = {"actuals": {str(name): value for name, value, _ in found}}


def settle_labels(call: Call, fresh: str | None) -> None:
    """Make `settled`: an added label for each prediction of its case, or for none, and a known one for each new one.

    `fresh` is the relation of predictions that the call adds (with `_case`), None when it brings labels only.
    """
    targets = "SELECT _id, _case, _at FROM seen"
    if fresh is not None:
        targets += f" UNION SELECT f._id, f._case, f._at FROM {fresh} f SEMI JOIN concerned c ON {same_case('f', 'c')}"
    call.connection.execute(f"CREATE TABLE targets AS SELECT DISTINCT _id, _case, _at FROM ({targets})")
    call.connection.execute(f"""
        CREATE TABLE settled AS
        SELECT a._id, a._actual, a._known_at, coalesce(t._at, CASE WHEN NOT a.unbound THEN a._case END) AS _at,
            a._stated, a._order, a._source,
            t._at IS NOT NULL AS is_met, NULL::VARCHAR AS delivery
        FROM accepted a LEFT JOIN targets t ON {same_case("a", "t")}
    """)
    if fresh is not None:
        _lay_known_labels(call, fresh)


def _lay_known_labels(call: Call, fresh: str) -> None:
    """Add to `settled` the known labels of cases that get a further prediction, where they are not at hand there."""
    # A reader of some time opens the labels of predictions of that time, and the pending ones.
    at_hand = "l._at = t._at" if call.card.data.by_instant else "(l._at IS NULL OR l._at = t._at)"
    call.connection.execute(f"""
        INSERT INTO settled
        SELECT k._id, k._actual, k._known_at, t._at, k._stated, k._order, NULL, true, min(d.delivery)
        FROM known_labels k
        JOIN (SELECT DISTINCT _id, _case, _at FROM {fresh}) t ON {same_case("k", "t")}
        LEFT JOIN deliveries d ON k.file = d.file
        WHERE NOT EXISTS (
            SELECT 1 FROM known_labels l WHERE NOT l.in_row AND {same_case("l", "k")} AND l._actual = k._actual
                AND l._known_at = k._known_at AND {at_hand}
        )
        GROUP BY k._id, k._actual, k._known_at, t._at, k._stated, k._order
    """)


def fresh_rows(call: Call) -> str:
    """SQL of the predictions that the log does not have, each once, with `_case` and `_shared`.

    Labels of cases with other rows or labels are taken out of the row, they are settled apart. `_shared` tells that
    another version scored the case before: in the log, or in the call as a version that stands earlier on the card.
    """
    card = call.card
    places = ", ".join(f"({literal(version.version)}, {place})" for place, version in enumerate(card.versions))
    partition = ", ".join(f"i.{key}" for key in key_columns(card))
    case = f"(SELECT *, {case_of(card)} AS _case FROM incoming)"
    return f"""
        SELECT *, false AS _shared FROM {case} i ANTI JOIN concerned c ON {same_case("i", "c")}
        UNION ALL BY NAME
        SELECT i.* REPLACE (
                NULL::{actual_type(call.card)} AS _actual, NULL::TIMESTAMP AS _known_at, NULL::BOOLEAN AS _stated
            ),
            o._id IS NOT NULL OR v.place > min(v.place) OVER (PARTITION BY i._id, i._case) AS _shared
        FROM (
            SELECT * FROM {case} i
            SEMI JOIN concerned c ON {same_case("i", "c")} ANTI JOIN seen s ON {same_key(card, "i", "s")}
            QUALIFY row_number() OVER (PARTITION BY {partition} ORDER BY i._known_at, i._source) = 1
        ) i
        LEFT JOIN (SELECT DISTINCT _id, _case FROM seen) o ON {same_case("i", "o")}
        LEFT JOIN (VALUES {places}) v(version, place) ON i._version = v.version
    """
