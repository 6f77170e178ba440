"""The JSON Schema of the model card, for editors; `python -m dashboard.schema.export` writes it into docs/schema."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from dashboard.resources import PACKAGE
from dashboard.schema.card.card import ModelCard
from dashboard.schema.config.thresholds import Thresholds

CARD_SCHEMA = PACKAGE.parent / "docs" / "schema" / "card.schema.json"


def card_schema() -> dict[str, Any]:
    """Return the JSON Schema (draft 2020-12) of a card file, with each key's meaning."""
    schema = ModelCard.model_json_schema(by_alias=True)
    overrides = Thresholds.model_json_schema(by_alias=True)
    definitions = schema["$defs"] | overrides.pop("$defs")
    schema["properties"]["monitoring"] = overrides | {"description": "Overrides of config/thresholds.yaml."}
    schema["$defs"] = dict(sorted(definitions.items()))
    _loosen_overrides(schema["$defs"]["Levels"])
    _allow_person_alone(schema["$defs"]["RoleHolder"])
    _allow_day(schema["$defs"]["Version"]["properties"]["trained_at"])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": "Model card"}


def card_schema_text() -> str:
    """The schema as it stands in the file."""
    return json.dumps(card_schema(), indent=2, ensure_ascii=False) + "\n"


def write_card_schema(path: Path = CARD_SCHEMA) -> None:
    """Write the schema, making its folder if need be."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(card_schema_text(), encoding="utf-8")


def _loosen_overrides(levels: dict[str, Any]) -> None:
    """A card may override `warn` alone; the file's own levels fill in the rest."""
    levels.pop("required", None)


def _allow_person_alone(holder: dict[str, Any]) -> None:
    """An entry of a role may be the person's id alone."""
    alone = holder["properties"]["person"]
    as_object = {key: holder.pop(key) for key in list(holder) if key not in ("title", "description")}
    holder["anyOf"] = [alone, as_object]


def _allow_day(trained_at: dict[str, Any]) -> None:
    """A day means its begin in the card's time zone."""
    trained_at["anyOf"].insert(0, {"type": "string", "format": "date"})


if __name__ == "__main__":
    write_card_schema()
