"""Texts: how long they may be, what ids look like, and texts in several languages."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any

from pydantic import AfterValidator, GetCoreSchemaHandler, GetJsonSchemaHandler, StringConstraints, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

from dashboard.schema.reading.strict_model import Fault, refuse, rule_broken
from dashboard.schema.reading.suggestions import shown

LONGEST_TEXT = 5_000
LONGEST_LABEL = 200
LANGUAGE = "^[a-z]{2}$"
CONTROL = r"\x00-\x1f\x7f-\x9f\u2028\u2029"
FORMS = {
    "text": r"^[^\x00]*$",
    "line": rf"^[^{CONTROL}]*$",
    "model_id": "^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$",
    "person_id": rf"""^[^\s{CONTROL}/\\"'<>:;,]{{1,100}}$""",
    "version": rf"^[^\s{CONTROL}]([^{CONTROL}]{{0,98}}[^\s{CONTROL}])?$",
    "column": rf"^[^\s_{CONTROL}][^{CONTROL}]*$",
    "role_column": rf"^[^\s{CONTROL}][^{CONTROL}]*$",
    "currency": "^[A-Z]{3}$",
    "sha256": "^[0-9a-f]{64}$",
    "token_name": "^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$",
    "absolute_path": "^/",
    "email": rf"^[^\s@{CONTROL}]+@[^\s@{CONTROL}]+$",
}

Text = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_TEXT, pattern=FORMS["text"])]
Label = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_LABEL, pattern=FORMS["line"])]
ModelId = Annotated[str, StringConstraints(pattern=FORMS["model_id"])]
PersonId = Annotated[str, StringConstraints(pattern=FORMS["person_id"])]
VersionName = Annotated[str, StringConstraints(pattern=FORMS["version"])]
ColumnName = Annotated[str, StringConstraints(max_length=LONGEST_LABEL, pattern=FORMS["column"])]
RoleColumn = Annotated[str, StringConstraints(max_length=LONGEST_LABEL, pattern=FORMS["role_column"])]
Currency = Annotated[str, StringConstraints(pattern=FORMS["currency"])]
Sha256 = Annotated[str, StringConstraints(pattern=FORMS["sha256"])]
TokenName = Annotated[str, StringConstraints(pattern=FORMS["token_name"])]
Email = Annotated[str, StringConstraints(max_length=254, pattern=FORMS["email"])]

_TEXT: TypeAdapter[str] = TypeAdapter(Text)


@dataclass(frozen=True)
class LocalText:
    """A text for people: one string for all languages, or a text for each language."""

    given: str | Mapping[str, str]

    def in_language(self, language: str) -> str:
        """The text in `language`, else in English, else in the first language that was given."""
        if isinstance(self.given, str):
            return self.given
        first = next(iter(self.given.values()))
        return self.given.get(language, self.given.get("en", first))

    def texts(self) -> list[str]:
        """Every wording, for searching."""
        return [self.given] if isinstance(self.given, str) else list(self.given.values())

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        """Read from text or a mapping, and dump what was given."""
        return core_schema.no_info_plain_validator_function(
            read_local_text,
            serialization=core_schema.plain_serializer_function_ser_schema(
                lambda text: text.given if isinstance(text.given, str) else dict(text.given)
            ),
        )

    @classmethod
    def __get_pydantic_json_schema__(cls, schema: CoreSchema, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        """A string, or an object of language codes and strings."""
        text = {"type": "string", "minLength": 1, "maxLength": LONGEST_TEXT}
        by_language = {
            "type": "object",
            "propertyNames": {"pattern": LANGUAGE},
            "additionalProperties": text,
            "minProperties": 1,
        }
        return {"anyOf": [text, by_language]}


def read_local_text(value: Any) -> LocalText:
    """A LocalText from text, from {language: text} or from a LocalText."""
    if isinstance(value, LocalText):
        return value
    if isinstance(value, dict):
        refuse(_language_faults(value))
        return LocalText({language: _TEXT.validate_python(text, strict=True) for language, text in value.items()})
    if not isinstance(value, str):
        raise rule_broken(
            f"received {shown(value)}; allowed is text, or a text for each language; "
            "write it in quotes, or like {en: ..., de: ...}"
        )
    return LocalText(_TEXT.validate_python(value, strict=True))


def _language_faults(value: dict[Any, Any]) -> list[Fault]:
    faults: list[Fault] = []
    if not value:
        faults.append(((), "received no language; allowed is at least one; add a text like {en: ...}", value))
    for language, text in value.items():
        if not (isinstance(language, str) and len(language) == 2 and language.isascii() and language.islower()):
            message = f"received language {shown(language)}; allowed are codes of two letters; write en, de, fr, ..."
            faults.append(((str(language),), message, language))
        elif not isinstance(text, str):
            message = f"received {shown(text)}; allowed is text; write it in quotes"
            faults.append(((language,), message, text))
        elif not 0 < len(text) <= LONGEST_TEXT:
            message = f"received {len(text)} characters; allowed are 1 to {LONGEST_TEXT}; add or shorten the text"
            faults.append(((language,), message, text))
    return faults


def _short(text: LocalText) -> LocalText:
    longest = max(len(wording) for wording in text.texts())
    if longest > LONGEST_LABEL:
        raise rule_broken(f"received {longest} characters; allowed are at most {LONGEST_LABEL}; shorten the text")
    return text


def number_as_text(value: Any) -> Any:
    """A count written where a description is expected, like `users: 40`, as text."""
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


ShortLocalText = Annotated[LocalText, AfterValidator(_short)]
