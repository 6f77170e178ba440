"""Tokens that end soon, ended lately, or have no end, as a thing to do for whoever they belong to."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from dashboard.governance.desk.tasks import UNRATED, WEIGHT
from dashboard.governance.judgements.registry import Row
from dashboard.schema.severities import Severity
from dashboard.store.tokens import NOTICE_DAYS, Token
from dashboard.words import Sentence, mark

KIND, PAGE, MINUTES = "token_ends", "tokens", 10
LAST_DAYS = 3
RENEW = mark("Make a new token, give its key to the program, and revoke the old one")


def token_rows(tokens: Iterable[Token], administrator: str | None, moment: datetime) -> Iterator[Row]:
    """A row for each token that needs its owner at an instant; cells as the columns of the view `desk`.

    The owner is in whose name the token acts; of a program in its own right it is an administrator. A token that ended
    stays on the desk for two weeks, unless another one of its name took its place.
    """
    listed = list(tokens)
    for token in listed:
        found = _severity(token, moment)
        replaced = any(other.name == token.name and other.recorded_at > token.recorded_at for other in listed)
        if found is not None and not replaced:
            yield _row(token, token.person or administrator, found, moment)


def _severity(token: Token, moment: datetime) -> Severity | None:
    state = token.state(moment)
    if state == "no_end":
        return "low"
    if token.ends_at is None or state in ("revoked", "in_force"):
        return None
    left = token.ends_at - moment
    if state == "ended":
        return "high" if left > -timedelta(days=NOTICE_DAYS) else None
    return "high" if left <= timedelta(days=LAST_DAYS) else "medium"


def _row(token: Token, owner: str | None, severity: Severity, moment: datetime) -> Row:
    values = {"token": token.name, "day": token.ends_on}
    why = {
        "ended": Sentence(mark("The token {token} was valid until {day}; its program is refused."), values),
        "ends_soon": Sentence(mark("The token {token} is valid until {day}; then its program is refused."), values),
        "no_end": Sentence(mark("The token {token} has no end; a lost key would open what it opens for ever."), values),
    }[token.state(moment)]
    due = token.ends_on
    points, overdue = WEIGHT[severity] * UNRATED, due is not None and due < moment.astimezone(UTC).date()
    since = token.recorded_at if token.ends_at is None else token.ends_at - timedelta(days=NOTICE_DAYS)
    content: dict[str, Any] = {
        "person": owner, "model": None, "kind": KIND, "what": Sentence(RENEW), "why": why, "severity": severity,
        "since": since.astimezone(UTC).date(), "due": due, "overdue": overdue, "stake": points, "promised": None,
        "currency": None, "minutes": MINUTES, "page": PAGE,
    }  # fmt: skip
    return Row(content, owner, severity, None, due)
