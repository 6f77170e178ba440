"""From when on ownership and knowledge are worth a look: config/accountability.yaml."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Annotated

from pydantic import Field, ValidationError

from dashboard.errors import InputRefusedError
from dashboard.resources import resource
from dashboard.schema.reading.error_messages import problems_of
from dashboard.schema.reading.sources import read_source
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.reading.yaml_reader import read_yaml

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
    try:
        tree = read_yaml(read_source(path or resource(ACCOUNTABILITY_FILE)).text, name)
        return Accountability.model_validate(tree.value)
    except InputRefusedError as error:
        raise InputRefusedError([replace(problem, file=name) for problem in error.problems]) from None
    except ValidationError as error:
        raise InputRefusedError(problems_of(error, Accountability, name, tree.line)) from None
