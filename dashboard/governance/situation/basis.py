"""What a judgement rests on besides the rows about its model: the rules, and when it ends by itself."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime, time, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from dashboard.governance.situation.situation import Situation
from dashboard.schema.config.accountability import ACCOUNTABILITY_FILE
from dashboard.schema.config.risk_rules import RISK_FILE
from dashboard.schema.config.sign_offs import SIGN_OFFS_FILE
from dashboard.schema.config.thresholds import THRESHOLDS_FILE

PACKAGE = Path(__file__).resolve().parent.parent.parent
# What is said about a model changes with the program as well.
JUDGING = ("governance", "measures", "profiles", "schema")
SETTINGS = (RISK_FILE, ACCOUNTABILITY_FILE, SIGN_OFFS_FILE, THRESHOLDS_FILE)
NEVER = datetime(9999, 12, 31)


def rules_digest(home: Path) -> str:
    """Hash the rules, the settings and the program by which models are judged in a home."""
    digest = hashlib.sha256(program_digest().encode())
    for path in (*(PACKAGE.parent / name for name in SETTINGS), home / RISK_FILE):
        digest.update(path.read_bytes() if path.is_file() else b"")
    return digest.hexdigest()


@cache
def program_digest() -> str:
    """The SHA-256 of the program's files that judge."""
    digest = hashlib.sha256()
    for folder in JUDGING:
        for path in sorted((PACKAGE / folder).rglob("*.py")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def valid_until(situation: Situation, model_id: str, asked_at: datetime) -> datetime:
    """The instant (UTC, naive) at which something else is the case without anything being recorded.

    The next day begins in the model's zone, or something that is recorded ahead of its time comes to pass. A question
    about a day or about an instant of knowledge has its answer for ever.
    """
    if situation.on is not None or situation.as_of is not None:
        return NEVER
    turns = [turn for turn in _turns(situation, model_id, asked_at) if turn > asked_at]
    return min(turns).astimezone(UTC).replace(tzinfo=None)


def _turns(situation: Situation, model_id: str, asked_at: datetime) -> Iterator[datetime]:
    card = situation.cards[model_id]
    zone = ZoneInfo(card.time_zone)
    tomorrow = asked_at.astimezone(zone).date() + timedelta(days=1)
    yield datetime.combine(tomorrow, time(), zone).astimezone(UTC)
    yield from situation.moments_of(model_id)
    yield from (version.trained_at for version in card.versions if version.trained_at is not None)
