"""Long work as the API tells it."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from dashboard.actions.jobs import Job


class JobAnswer(BaseModel):
    """Long work that runs or ended in the last ten minutes; instants are UTC."""

    model_config = ConfigDict(json_schema_serialization_defaults_required=True)

    job: str
    action: str
    actor: str
    models: list[str] | None = Field(description="null: all of them")
    since: datetime
    share: float = Field(ge=0, le=1, description="how much of it is done")
    doing: str | None = Field(description="the model or step that it is at")
    state: Literal["running", "done", "failed"]
    told: str | None = Field(description="what it said at its end")
    ended: datetime | None


def job_values(job: Job) -> dict[str, object]:
    """A job as JSON values."""
    answer = JobAnswer(
        job=job.job_id,
        action=job.action,
        actor=job.actor,
        models=list(job.models) or None,
        since=job.since,
        share=round(job.share, 3),
        doing=job.doing or None,
        state=job.state,
        told=job.outcome or None,
        ended=job.ended,
    )
    return answer.model_dump(mode="json")
