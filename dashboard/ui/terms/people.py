"""What people may be and what is missing around them, in words for readers. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

ACCESS_ROLES: dict[str, str] = {
    "business_stakeholder": mark("Business stakeholder"),
    "domain_expert": mark("Domain expert"),
    "data_scientist": mark("Data scientist"),
    "manager": mark("Manager"),
    "admin": mark("Administrator"),
}

GAPS: dict[str, str] = {
    "environment_mismatch": mark("Other library versions"),
    "executive_not_looked": mark("Executive has not looked"),
    "no_accountable_executive": mark("Nobody answers"),
    "no_deputy": mark("No deputy"),
    "no_labels": mark("No outcomes known"),
    "no_lineage": mark("Origin unknown"),
    "no_promise": mark("No promised value"),
    "no_tests": mark("No tests"),
    "not_monitored": mark("Not monitored"),
    "person_left": mark("Person has left"),
    "role_missing": mark("Needed role is empty"),
    "single_keeper": mark("Only one keeper"),
    "too_many_models": mark("One person carries too many"),
    "unknown_person": mark("Unknown person"),
}
