"""The base of everything that is validated, and the error of a rule that spans several fields."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from pydantic import BaseModel, ConfigDict, ValidationError, model_validator
from pydantic_core import InitErrorDetails, PydanticCustomError

Location = tuple[str | int, ...]
Fault = tuple[Location, str, object]


class StrictModel(BaseModel):
    """A piece of an input file: strict types, no unknown keys; a key without a value counts as left out."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True, populate_by_name=True)

    @model_validator(mode="before")
    @classmethod
    def _leave_out_empty_keys(cls, value: Any) -> Any:
        if not isinstance(value, dict):
            return value
        return {key: held for key, held in value.items() if held is not None}


def refuse(faults: Iterable[Fault]) -> None:
    """Raise one ValidationError for (location, message, received value) triples, if there are any.

    Raised inside a validator, pydantic reports each fault at the validated part's place plus its location.
    """
    details = [
        InitErrorDetails(type=rule_broken(message), loc=location, input=received)
        for location, message, received in faults
    ]
    if details:
        raise ValidationError.from_exception_data("rule", details)


def rule_broken(message: str) -> PydanticCustomError:
    """A fault whose message is shown as it is; braces in it are no placeholders."""
    return PydanticCustomError("rule", "{message}", {"message": message})
