"""Read one YAML file of settings; every file of `config/` is read this way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from dashboard.errors import InputRefusedError
from dashboard.schema.reading.error_messages import problems_of
from dashboard.schema.reading.sources import read_source
from dashboard.schema.reading.strict_model import StrictModel
from dashboard.schema.reading.yaml_reader import read_yaml

Settings = TypeVar("Settings", bound=StrictModel)


def read_settings(
    part: type[Settings], path: Path, name: str, complete: Callable[[Any], Any] = lambda values: values
) -> Settings:
    """The settings of a file that messages call `name`; a key that is left out has its default.

    `complete` adds to the values of the file before they are checked. Raises InputRefusedError with a Problem for each
    fault.
    """
    try:
        tree = read_yaml(read_source(path).text, name)
        return part.model_validate(complete(tree.value))
    except InputRefusedError as error:
        raise InputRefusedError([replace(problem, file=name) for problem in error.problems]) from None
    except ValidationError as error:
        raise InputRefusedError(problems_of(error, part, name, tree.line)) from None
