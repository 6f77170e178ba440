"""Put the prediction log right: correct labels, withdraw files that should not be there, bring them back."""

from __future__ import annotations

from pathlib import Path

from dashboard.actions.ingest import FEEDERS, answer, describe_labels
from dashboard.actions.registry import Call, Payload, Rights, action
from dashboard.actions.statements import Words
from dashboard.schema.access import BUILDERS
from dashboard.schema.texts import ModelId
from dashboard.store.cards import get_card
from dashboard.store.log.deliveries import Delivery
from dashboard.store.log.ingest import Reason, correct_actuals
from dashboard.store.log.withdrawing import reinstate_files, withdraw_files


class Correction(Payload):
    """Files with labels that take the place of others, and why; with `dry_run` nothing is written."""

    model: ModelId
    files: tuple[Path, ...]
    reason: Words
    dry_run: bool = False


class NamedFiles(Payload):
    """Files that were sent to a model, by name, SHA-256 (or its first digits) or call, and why."""

    model: ModelId
    names: tuple[Words, ...]
    reason: Words


@action("correct_actuals", command="correct actuals MODEL FILE... --reason [--dry-run]", rights=FEEDERS, long=True)
def correct(call: Call, payload: Correction) -> str:
    """Replace actual values by corrected ones; both stay, and the one known last counts."""
    card = get_card(call.store, payload.model)
    why = Reason(payload.reason, payload.dry_run)
    done = correct_actuals(call.store, card, payload.files, call.actor, why, call.progress)
    return answer(f"received {done.rows_received} rows; {describe_labels(done)}", done, payload.dry_run)


@action(
    "withdraw_file",
    command="withdraw file MODEL NAME... --reason",
    rights=Rights(BUILDERS),
    long=True,
)
def withdraw(call: Call, payload: NamedFiles) -> str:
    """Withdraw files from the log: their predictions and labels count no more; figures as of before stay."""
    card = get_card(call.store, payload.model)
    done = withdraw_files(call.store, card, payload.names, payload.reason, call.audit_context())
    return f"withdrew {_named(done)}; run monitor to bring the figures up to date"


@action(
    "reinstate_file",
    command="reinstate file MODEL NAME... --reason",
    rights=Rights(BUILDERS),
    long=True,
)
def reinstate(call: Call, payload: NamedFiles) -> str:
    """Bring withdrawn files back: their predictions and labels count again."""
    card = get_card(call.store, payload.model)
    done = reinstate_files(call.store, card, payload.names, payload.reason, call.audit_context())
    return f"brought back {_named(done)}; run monitor to bring the figures up to date"


def _named(deliveries: list[Delivery]) -> str:
    predictions, labels = (sum(counts) for counts in zip(*((d.predictions, d.labels) for d in deliveries), strict=True))
    names = ", ".join(delivery.name or delivery.call for delivery in deliveries)
    return f"{names} ({predictions} predictions, {labels} labels)"
