"""The words of the fields and values that audit records name. All are catalogue keys; empty ones say nothing."""

from __future__ import annotations

from dashboard.governance.sign_offs.labels import STEP_WORDS
from dashboard.ui.labels.alerts import ALERT_STATES, CAUSES, SEVERITIES
from dashboard.ui.labels.models import AREAS, AUTOMATION, ROLES, STAGES, TASKS
from dashboard.ui.labels.people import ACCESS_ROLES
from dashboard.ui.labels.risks import RISKS
from dashboard.ui.labels.sign_offs import DECIDED, FINDING_STATES, USE_ANSWERS, USE_STATES
from dashboard.views.columns import SHARED
from dashboard.words import LANGUAGES, language_of, mark

_OF_RECORDS: dict[str, str] = {
    **{code: language_of(code).name for code in LANGUAGES},
    "about": mark("About"),
    "actuals": mark("Outcomes"),
    "alert": mark("Alert"),
    "alerts": mark("Alerts"),
    "answer": mark("Answer"),
    "check": mark("Check"),
    "fault": mark("Fault id"),
    "artifact_sha256": mark("Hash of the model file"),
    "automation": mark("How decisions are made"),
    "browser": mark("Browser"),
    "budget": mark("Budget"),
    "business": mark("Business"),
    "call": mark("Call"),
    "calls": mark("Calls"),
    "comment": mark("Comment"),
    "corrects": mark("Corrects"),
    "currency": mark("Currency"),
    "decision": mark("Decision"),
    "deployment": mark("Deployment"),
    "email": mark("E-mail"),
    "end": mark("Until"),
    "events_added": mark("Events added"),
    "executive": mark("Executive"),
    "fallback": mark("What happens without the model"),
    "features": mark("Features"),
    "files": mark("File"),
    "figures": mark("Figures"),
    "finding": mark("Finding"),
    "from": mark("From"),
    "id": mark("Id"),
    "impact": mark("Impact"),
    "importance_of": mark("Importance computed for version"),
    "incident": mark("Incident"),
    "key_metrics": mark("Key metric"),
    "labels": mark("Outcomes"),
    "labels_added": mark("Outcomes added"),
    "labels_corrected": mark("Outcomes corrected"),
    "lead": mark("Led by"),
    "likelihood": mark("Likelihood"),
    "logins": mark("Logins"),
    "looked_at_by": mark("Looked at by"),
    "mitigation": mark("Mitigation"),
    "model_files": mark("Model file"),
    "name": mark("Name"),
    "next_review": mark("Next review"),
    "note": mark("Note"),
    "outcomes": mark("Value of an outcome"),
    "owner": mark("Owner"),
    "periods": mark("Periods computed"),
    "person": mark("Person"),
    "processes": mark("Business processes"),
    "profiles": mark("Summaries written"),
    "promised_per_month": mark("Promised value per month"),
    "purposes": mark("Approved uses"),
    "question": mark("Business question"),
    "reference": mark("Reference"),
    "requirements": mark("Requirements"),
    "revoked": mark("Revoked"),
    "risks": mark("Risks"),
    "role": mark("Role"),
    "role_events": "",
    "roles": mark("Roles"),
    "rows_added": mark("Predictions added"),
    "running_cost_per_month": mark("Running cost per month"),
    "scopes": mark("Scopes"),
    "sha256": mark("Hash"),
    "start": mark("From"),
    "step": mark("Step"),
    "summary": mark("Summary"),
    "task": mark("It predicts"),
    "team": mark("Team"),
    "teams": mark("Teams"),
    "test_run": mark("Test run"),
    "to": mark("To"),
    "tolerable_outage_hours": mark("Tolerable outage in hours"),
    "usage": mark("Use"),
    "versions": mark("Version"),
    "withdrawn": mark("Withdrawn"),
    "work": mark("Work on it"),
}
_STEPS: dict[str, str] = {str(step): word for step, word in STEP_WORDS.items()}
_VALUES: dict[str, str] = {
    "closed": mark("Closed"),
    "false": mark("no"),
    "given_up": mark("given up; monitoring computes them again"),
    "opened": mark("opened"),
    "over": mark("expired"),
    "reopened": mark("opened again"),
    "true": mark("yes"),
}

# Names of fields; areas and roles are fields of some records too.
FIELDS: dict[str, str] = {
    **{name: column.label for name, column in SHARED.items()},
    **AREAS,
    **ROLES,
    **RISKS,
    **_OF_RECORDS,
}
# Codes that stand as values. A free text that happens to be one of them means the same.
VALUES: dict[str, str] = {
    **AREAS, **ROLES, **RISKS, **STAGES, **TASKS, **AUTOMATION, **SEVERITIES, **ALERT_STATES, **CAUSES, **_STEPS,
    **DECIDED, **FINDING_STATES, **USE_STATES, **USE_ANSWERS, **ACCESS_ROLES, **_VALUES,
}  # fmt: skip
