"""Who somebody is and what they may do, by the claims of the login provider: `config/roles.yaml`."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from dashboard.errors import InputRefusedError
from dashboard.resources import resource
from dashboard.schema.access import AccessRole
from dashboard.schema.reading.error_messages import problems_of
from dashboard.schema.reading.sources import read_source
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.reading.yaml_reader import read_yaml
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
    try:
        tree = read_yaml(read_source(path).text, name)
        return LoginRules.model_validate(tree.value)
    except InputRefusedError as error:
        raise InputRefusedError([replace(problem, file=name) for problem in error.problems]) from None
    except ValidationError as error:
        raise InputRefusedError(problems_of(error, LoginRules, name, tree.line)) from None
