"""What people may do in the program: the five groups that use it, and whose models they see."""

from __future__ import annotations

from typing import Literal, get_args

AccessRole = Literal["business_stakeholder", "domain_expert", "data_scientist", "manager", "admin"]
ACCESS_ROLES: tuple[AccessRole, ...] = get_args(AccessRole)
# Who sends rows, events, cards and lineage.
BUILDERS: tuple[AccessRole, ...] = ("data_scientist", "admin")
EVERYBODY: frozenset[AccessRole] = frozenset(ACCESS_ROLES)
