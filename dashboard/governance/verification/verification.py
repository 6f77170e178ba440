"""All that `verify` checks: what the store can tell of itself, kept judgements, and figures counted anew."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from dashboard.errors import InputRefusedError, Problem, shorten
from dashboard.governance.verification.figures import check_counts
from dashboard.governance.verification.judgements import check_anew, check_hashes
from dashboard.lineage.proving import differing_events
from dashboard.store.audit.chain import Head
from dashboard.store.audit.verify import UNCLAIMED, Fault, LedgerBrokenError, verify
from dashboard.store.engine.database import Store, opened_to_check

# Models that are judged anew by every `verify`.
JUDGED_ANEW = 20
# Lineage events of which every `verify` derives anew what they say.
DERIVED_ANEW = 20_000
NOT_DERIVED = "what is derived from the event does not follow from it"
MOST_FIGURES = 1_000_000
SHORTEST_HASH, HASH = 8, 64


@dataclass(frozen=True)
class Asked:
    """What is checked besides: how many figures are counted anew from the log, and a head that was kept elsewhere."""

    figures: int = 0
    head: Head | None = None


def read_asked(figures: int = 0, head: str | None = None) -> Asked:
    """What somebody asks for; `head` is SEQ:HASH as `verify` prints it. Raises InputRefusedError."""
    if not 0 <= figures <= MOST_FIGURES:
        message = f"received {figures}; allowed is a number from 0 to {MOST_FIGURES:,}; write 100"
        raise InputRefusedError([Problem(message, field="--figures")])
    return Asked(figures, None if head is None else _read_head(head))


def _read_head(text: str) -> Head:
    seq, _, digits = text.strip().lower().partition(":")
    known = seq.isascii() and seq.isdigit() and set(digits) <= set("0123456789abcdef")
    if not known or not SHORTEST_HASH <= len(digits) <= HASH or not int(seq):
        message = (
            f"received {shorten(text)}; a number, a colon and at least {SHORTEST_HASH} digits of a hash are needed; "
            "copy it from verify, /metrics or the name of a backup"
        )
        raise InputRefusedError([Problem(message, field="--head")])
    return Head(int(seq), digits)


def check_home(home: Path, asked: Asked) -> str:
    """Check a home that no other process holds; errors as `check_store`."""
    with opened_to_check(home) as store:
        return check_store(store, asked)


def check_store(store: Store, asked: Asked) -> str:
    """Check an open store as it is now, while others go on writing, and tell what was checked.

    Raises LedgerBrokenError naming what is not what was recorded or computed.
    """
    verified = verify(store, asked.head)
    lines = [str(verified)]
    kept, faults = check_hashes(store)
    verified.faults += faults
    if verified.faults:
        # What follows from facts that were changed proves nothing.
        verified.faults.sort()
        raise LedgerBrokenError(store.home, verified)
    anew, differing = check_anew(store, max(JUDGED_ANEW, asked.figures))
    verified.faults += differing
    lines.append(f"judgements: {kept} kept sets are as the program wrote them; {anew} models were judged anew")
    derived, wrong = differing_events(store, DERIVED_ANEW)
    verified.faults += [Fault(UNCLAIMED, "lineage_statements", key, NOT_DERIVED) for key in wrong]
    lines.append(f"lineage: what {derived} events say was derived anew")
    if asked.figures:
        counted = check_counts(store, asked.figures)
        verified.faults += counted.faults
        left = f"; {counted.left_out} models wait for the next `monitor`, which counts them anew"
        lines.append(f"figures: {counted.blocks} were counted anew from the log{left if counted.left_out else ''}")
    if verified.faults:
        verified.faults.sort()
        raise LedgerBrokenError(store.home, verified)
    return "\n".join(lines)
