"""Several names in a sentence."""

from __future__ import annotations

from dashboard.words import Sentence, language_of, mark

SHOWN = 5


def listed(names: list[str], language: str, shown: int = SHOWN) -> str:
    """Names one after the other with 'and' before the last; many are cut short."""
    from babel.lists import format_list

    if len(names) > shown:
        more = Sentence(mark("{n} more"), {"n": len(names) - shown}).render(language)
        return str(format_list([*names[:shown], more], locale=language_of(language).locale))
    return str(format_list(names, locale=language_of(language).locale)) if names else "–"
