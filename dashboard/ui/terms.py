"""The words of the schema for readers: columns, areas, stages, roles. All are catalogue keys."""

from __future__ import annotations

from dashboard.words import mark

COLUMNS: dict[str, str] = {
    "accountable_executive": mark("Accountable"),
    "accuracy": mark("Accuracy"),
    "action": mark("Action"),
    "actor": mark("Person or program"),
    "after": mark("After"),
    "acknowledged_at": mark("Acknowledged on"),
    "acknowledged_by": mark("Acknowledged by"),
    "alert": mark("Alert id"),
    "algorithm": mark("Algorithm"),
    "area": mark("Area"),
    "artifact": mark("Artifact"),
    "at": mark("At"),
    "at_utc": mark("At (UTC)"),
    "before": mark("Before"),
    "better": mark("Better"),
    "bin": mark("Bin"),
    "cause": mark("Cause"),
    "changed_at": mark("Changed on"),
    "closed_at": mark("Closed on"),
    "closed_because": mark("Closed because"),
    "closed_by": mark("Closed by"),
    "code_revision": mark("Code revision"),
    "column": mark("Attribute"),
    "cost": mark("Cost to the metric"),
    "created_at": mark("Created"),
    "created_by": mark("Created by"),
    "current_count": mark("Predictions now"),
    "current_share": mark("Share now"),
    "deployed_at": mark("Deployed"),
    "detail": mark("Detail"),
    "difference": mark("Difference"),
    "environment": mark("Environment"),
    "estimated": mark("Estimate"),
    "f1": mark("F1 score"),
    "false_negative": mark("Missed"),
    "false_positive": mark("False alarms"),
    "feature": mark("Feature"),
    "field": mark("Field"),
    "granted_at": mark("Since"),
    "granted_by": mark("Given by"),
    "group": mark("Group"),
    "hash": mark("Hash of the record"),
    "high": mark("95 % to"),
    "importance": mark("Importance"),
    "kind": mark("Kind"),
    "label": mark("Name"),
    "labelled": mark("Outcome known"),
    "last_prediction_at": mark("Last prediction"),
    "limit": mark("Limit"),
    "low": mark("95 % from"),
    "lower": mark("From"),
    "mean_prediction": mark("Mean prediction"),
    "method": mark("Measure"),
    "metric": mark("Metric"),
    "model": mark("Model id"),
    "models": mark("Models"),
    "name": mark("Model"),
    "opened_at": mark("Opened on"),
    "owner_name": mark("Concerns"),
    "period": mark("Period"),
    "person_name": mark("Person"),
    "period_start": mark("Begins"),
    "precision": mark("Precision"),
    "predictions": mark("Predictions"),
    "process": mark("Business process"),
    "rate": mark("Observed"),
    "reason": mark("Reason"),
    "recall": mark("Recall"),
    "reference_count": mark("Predictions in the reference"),
    "reference_share": mark("Share in the reference"),
    "reference_value": mark("Reference value"),
    "relevance": mark("Relevance"),
    "revoked_at": mark("Taken back"),
    "reopened_at": mark("Opened again on"),
    "risk": mark("Risk"),
    "roles": mark("Roles"),
    "scopes": mark("May do"),
    "section": mark("Section"),
    "sees": mark("Sees"),
    "selected_share": mark("Share picked"),
    "severity": mark("Severity"),
    "stage": mark("Stage"),
    "state": mark("State"),
    "status": mark("Status"),
    "status_before": mark("Status before"),
    "subject": mark("Model or subject"),
    "target": mark("Target"),
    "threshold": mark("Threshold"),
    "title": mark("What happened"),
    "trained_at": mark("Trained"),
    "token": mark("Token"),
    "training_data": mark("Training data"),
    "true_negative": mark("Rightly left alone"),
    "true_positive": mark("Found"),
    "until": mark("Until"),
    "upper": mark("To"),
    "value": mark("Value"),
    "value_verdict": mark("Delivers its value"),
    "version": mark("Version"),
}

ACCESS_ROLES: dict[str, str] = {
    "business_stakeholder": mark("Business stakeholder"),
    "domain_expert": mark("Domain expert"),
    "data_scientist": mark("Data scientist"),
    "manager": mark("Manager"),
    "admin": mark("Administrator"),
}

AREAS: dict[str, str] = {
    "performance": mark("Performance"),
    "drift": mark("Drift"),
    "fairness": mark("Fairness"),
    "quality": mark("Data quality"),
    "value": mark("Business value"),
    "risk": mark("Risk"),
    "ownership": mark("Ownership"),
    "sign_off": mark("Sign-offs"),
    "availability": mark("Availability"),
    "parity": mark("Same result everywhere"),
    "retraining": mark("Retraining"),
}

RISKS: dict[str, str] = {
    "outage": mark("Outage"),
    "wrong_predictions": mark("Wrong in certain cases"),
    "degradation": mark("Decline over time"),
    "knowledge_loss": mark("Loss of knowledge"),
}

SEVERITIES: dict[str, str] = {"high": mark("High"), "medium": mark("Medium"), "low": mark("Low")}

ALERT_STATES: dict[str, str] = {"new": mark("New"), "acknowledged": mark("Acknowledged"), "closed": mark("Closed")}

CAUSES: dict[str, str] = {
    "repaired": mark("The cause is repaired"),
    "retrained": mark("The model is trained again"),
    "data_corrected": mark("The data is corrected"),
    "expected_change": mark("The change was to be expected"),
    "false_alarm": mark("It was a false alarm"),
    "risk_accepted": mark("The risk is accepted"),
    "model_stopped": mark("The model is stopped"),
    "other": mark("Something else"),
    "status_returned": mark("The status is no alert any more"),
}

STATEMENTS: dict[str, str] = {
    "comment": mark("Comment"),
    "decision": mark("Decision"),
    "rating_requested": mark("New rating asked for"),
    "status_accepted": mark("Status accepted"),
    "acceptance_withdrawn": mark("Acceptance withdrawn"),
    "alert_acknowledged": mark("Alert acknowledged"),
    "alert_closed": mark("Alert closed"),
    "alert_reopened": mark("Alert opened again"),
    "alert_over": mark("Status is no alert any more"),
}

STAGES: dict[str, str] = {
    "idea": mark("Idea"),
    "design": mark("Design"),
    "development": mark("Development"),
    "validation": mark("Validation"),
    "production": mark("Production"),
    "retired": mark("Retired"),
}

ROLES: dict[str, str] = {
    "accountable_executive": mark("Accountable executive"),
    "business_stakeholder": mark("Business stakeholder"),
    "domain_expert": mark("Domain expert"),
    "data_engineer": mark("Data engineer"),
    "data_scientist": mark("Data scientist"),
    "software_engineer": mark("Software engineer"),
    "ml_engineer": mark("ML engineer"),
    "backend_engineer": mark("Backend engineer"),
    "deputy": mark("Deputy of the executive"),
}

AUTOMATION: dict[str, str] = {
    "decision_support": mark("People decide, the model supports them"),
    "human_in_the_loop": mark("The model decides, people can step in"),
    "fully_automated": mark("The model decides alone"),
}

TASKS: dict[str, str] = {
    "binary_classification": mark("yes or no"),
    "multiclass_classification": mark("one of several classes"),
    "regression": mark("a number"),
}
