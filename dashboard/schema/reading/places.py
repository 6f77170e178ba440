"""Which keys or choices a place in a part allows, read from the part's own annotations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal, get_args, get_origin

from pydantic import AliasChoices, BaseModel
from pydantic.fields import FieldInfo

from dashboard.schema.reading.strict_model import Location


@dataclass(frozen=True)
class KeysOf:
    """Marks a mapping that is stored as it was given but allows the keys of a part only."""

    part: type[BaseModel]


@cache
def keys_of(part: type[BaseModel]) -> dict[str, FieldInfo]:
    """The fields of a part by the key under which a file gives them."""
    return {key: field for name, field in part.model_fields.items() for key in _keys(name, field)}


def _keys(name: str, field: FieldInfo) -> list[str]:
    alias = field.validation_alias
    if isinstance(alias, AliasChoices):
        return [str(choice) for choice in alias.choices]
    return [str(alias or name)]


def keys_at(part: type[BaseModel], place: Location) -> list[str]:
    """The keys of the part at `place`, or the choices of the literal there; empty for anything else."""
    annotation: Any = part
    for step in place:
        annotation = _below(annotation, step)
    found = _leaf(annotation)
    if isinstance(found, type) and issubclass(found, BaseModel):
        return list(keys_of(found))
    return [str(choice) for choice in get_args(found)] if get_origin(found) is Literal else []


def _below(annotation: Any, step: str | int) -> Any:
    found = _leaf(annotation)
    if isinstance(found, type) and issubclass(found, BaseModel):
        field = keys_of(found).get(str(step))
        marks = [mark.part for mark in field.metadata if isinstance(mark, KeysOf)] if field else []
        return marks[0] if marks else field and field.annotation
    arguments = get_args(found)
    if get_origin(found) in (dict, Mapping):
        return arguments[1]
    return arguments[0] if get_origin(found) in (list, tuple) else None


def _leaf(annotation: Any) -> Any:
    """The annotation without Annotated and without None: the part, list, dict or literal it speaks of."""
    if annotation is None or isinstance(annotation, type):
        return annotation
    if get_origin(annotation) in (dict, list, tuple, Mapping, Literal):
        return annotation
    arguments = [argument for argument in get_args(annotation) if argument is not type(None)]
    return _leaf(arguments[0]) if arguments else annotation
