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
    "executive_not_business": mark("Not a business executive"),
    "executive_not_looked": mark("Not viewed by the executive"),
    "missing_sign_off": mark("Sign-off is missing"),
    "new_rating_asked": mark("New rating requested"),
    "no_accountable_executive": mark("Nobody is accountable"),
    "no_deputy": mark("No deputy"),
    "no_labels": mark("No outcomes known"),
    "no_lineage": mark("Origin unknown"),
    "no_promise": mark("No promised value"),
    "no_risk_class": mark("Risk class is not known"),
    "no_tests": mark("No tests"),
    "no_retraining_policy": mark("No retraining policy"),
    "not_monitored": mark("Not monitored"),
    "open_condition": mark("Condition is open"),
    "overdue_review": mark("Review is overdue"),
    "person_left": mark("Person has left"),
    "rating_contradicted": mark("Contradicted by the evidence"),
    "risk_not_rated": mark("Risk is not rated"),
    "role_missing": mark("Required role is vacant"),
    "self_approval": mark("Approved own work"),
    "single_keeper": mark("Only one person operates it"),
    "stale_sign_off": mark("Sign-off is out of date"),
    "too_many_models": mark("One person has too many models"),
    "unapproved_use": mark("Unapproved use"),
    "unknown_person": mark("Unknown person"),
}
