"""A model that is registered, changed and signed; used by the tests of sign-offs."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from dashboard.store.engine.database import Store
from tests.acceptance.portfolio import BINARY_CARD
from tests.governance.dated import DatedStore

ROLES = {
    "accountable_executive": ["eva"],
    "business_stakeholder": ["bea"],
    "domain_expert": ["dan"],
    "data_scientist": ["sam"],
    "deputy": ["dora"],
}
VERSIONS = [
    {
        "version": "1",
        "trained_at": "2024-01-10T00:00:00Z",
        "training_data": "dataset/2023",
        "environment": {"numpy": "2.1.0"},
        "deployments": [{"environment_name": "production", "from": "2024-02-01"}],
    }
]


class Ledger(DatedStore):
    """The model `claims` on any day."""

    def __init__(self, store: Store, folder: Path, patch: pytest.MonkeyPatch) -> None:
        super().__init__(store, folder, patch)
        self.card = yaml.safe_load(BINARY_CARD) | {"status": "production", "roles": ROLES, "versions": VERSIONS}
        self.card["business"] |= {"purposes": ["triage"], "automation": "decision_support"}

    def register(self, **changes: object) -> None:
        """Register the card with changed keys; `business__purposes` stands for a key of a part."""
        for name, value in changes.items():
            part, _, key = name.partition("__")
            self.card = {**self.card, part: {**self.card[part], key: value} if key else value}
        self.register_text(yaml.safe_dump(self.card))

    def signed(self, step: str, person: str, at: str, decision: str = "approve", **more: object) -> None:
        """Import a sign-off."""
        self.event("sign_off", at, step=step, person=person, decision=decision, **more)

    def state(self, step: str, on: str | None = None, as_of: str | None = None) -> str:
        """How a step stands."""
        frame = self.show("sign-offs", on, as_of)
        return str(frame.loc[frame["step"] == step, "state"].iloc[0])

    def signer(self, step: str, role: str, column: str = "person") -> object:
        """Whose signature is in force for a role, or another column of its row."""
        frame = self.show("sign-offs")
        return frame.loc[(frame["step"] == step) & (frame["role"] == role), column].iloc[0]

    def gaps(self, gap: str, on: str | None = None, as_of: str | None = None) -> list[dict[str, object]]:
        """The gaps of one kind."""
        frame = self.show("gaps", on, as_of)
        return frame[frame["gap"] == gap].to_dict("records")
