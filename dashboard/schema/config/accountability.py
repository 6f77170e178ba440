"""From when on ownership and knowledge are worth a look: config/accountability.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from pydantic import Field

from dashboard.resources import resource
from dashboard.schema.config.settings_file import read_settings
from dashboard.schema.reading.strict_model import StrictModel

ACCOUNTABILITY_FILE = Path("config") / "accountability.yaml"

Days = Annotated[int, Field(ge=1, le=36_500)]
Models = Annotated[int, Field(ge=1, le=100_000)]
People = Annotated[int, Field(ge=1, le=1_000)]
Share = Annotated[float, Field(gt=0, le=1, allow_inf_nan=False)]


class Ownership(StrictModel):
    """How long an executive may go without a look (days), and how many models one person may carry."""

    look_days: Days = 90
    most_accountable: Models = 8
    most_kept: Models = 10
    most_share: Share = 0.8
    share_from: Models = 5


class Knowledge(StrictModel):
    """What keeps the knowledge of a model: recent work (days), enough people, no single one with most of it."""

    recent_days: Days = 365
    enough_people: People = 3
    most_share: Share = 0.7
    reproduced_days: Days = 730
    documented_days: Days = 365


class Accountability(StrictModel):
    """Everything that decides about gaps in ownership and about loss of knowledge."""

    ownership: Ownership = Ownership()
    knowledge: Knowledge = Knowledge()


def load_accountability(path: Path | None = None) -> Accountability:
    """The settings of a YAML file, or of config/accountability.yaml; a key that is left out has its default.

    Raises InputRefusedError with a Problem for each fault.
    """
    name = str(path or ACCOUNTABILITY_FILE)
    return read_settings(Accountability, path or resource(ACCOUNTABILITY_FILE), name)
