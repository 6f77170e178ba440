"""Who somebody is and what they may do, by the claims of the login provider: `config/roles.yaml`."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

from pydantic import Field

from dashboard.resources import resource
from dashboard.schema.access import AccessRole
from dashboard.schema.config.settings_file import read_settings
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.texts import Label

ROLES_FILE = Path("config") / "roles.yaml"
SETTING = "DASHBOARD_ROLES"


class ClaimedRole(StrictModel):
    """A role for everybody whose `claim` has this `value`, or holds it among others; dots lead into nested claims."""

    claim: Label
    value: Label
    role: AccessRole


class LoginRules(StrictModel):
    """How claims are read. Without `person_claim` a login is the person whose verified e-mail address it has."""

    person_claim: Label | None = None
    claimed_roles: Annotated[list[ClaimedRole], Field(max_length=1_000)] = []


def load_login_rules() -> LoginRules:
    """The rules of the file that DASHBOARD_ROLES names, or of config/roles.yaml; raises InputRefusedError."""
    named = os.environ.get(SETTING)
    path, name = (Path(named), named) if named else (resource(ROLES_FILE), str(ROLES_FILE))
    return read_settings(LoginRules, path, name)
