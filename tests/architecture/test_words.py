"""Every text that a reader may see is in the catalogue of every language, with the same places for values."""

import ast
import string
from collections.abc import Iterator
from functools import cache

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from dashboard.words import CATALOGUES, LANGUAGES, translate
from tests.architecture.tree import ROOT, program_files

# Functions whose first argument is a key of the catalogue.
MARKERS = {"say", "mark", "translate", "Sentence", "_"}
PAGE_WORDS = {"title", "section", "question"}
TRANSLATED = [language for language in LANGUAGES if language != "en"]


def texts_marked(source: str) -> Iterator[tuple[int, str | None]]:
    """Line and text of every marked text; None where the text is put together and so can never be looked up."""
    for node in ast.walk(ast.parse(source)):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func).split(".")[-1]
        if called in MARKERS and node.args:
            yield from ((node.lineno, text) for text in literals(node.args[0]))
        elif called == "Page":
            words = [keyword.value for keyword in node.keywords if keyword.arg in PAGE_WORDS]
            yield from ((node.lineno, text) for word in words for text in literals(word))


def literals(node: ast.expr) -> list[str | None]:
    """The texts that an expression may be; nothing for a name, whose text is marked where it is made."""
    if isinstance(node, ast.Constant):
        return [node.value] if isinstance(node.value, str) and node.value else []
    if isinstance(node, ast.IfExp):
        return [*literals(node.body), *literals(node.orelse)]
    return [None] if isinstance(node, ast.JoinedStr | ast.BinOp) else []


@cache
def marked() -> dict[str, str]:
    """Every marked text of the program and where it stands."""
    found: dict[str, str] = {}
    for path in program_files():
        for line, text in texts_marked(path.read_text(encoding="utf-8")):
            where = f"{path.relative_to(ROOT)}:{line}"
            assert text is not None, f"{where}: a text put together by the program cannot be translated"
            found.setdefault(text, where)
    return found


@cache
def read_catalogue(language: str) -> Catalog:
    path = CATALOGUES / language / "LC_MESSAGES" / "dashboard.po"
    assert path.is_file(), f"{path.relative_to(ROOT)} is missing"
    with path.open("rb") as source:
        return read_po(source, locale=language, abort_invalid=True)


def places(text: str) -> set[str]:
    """The names in braces."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language):
    catalogue = read_catalogue(language)
    missing = [
        f"{where}: {text}"
        for text, where in marked().items()
        if not (catalogue.get(text) and catalogue.get(text).string)
    ]
    assert not missing, "\n".join(missing)


@pytest.mark.parametrize("language", TRANSLATED)
def test_translations_have_the_places_of_their_key(language):
    entries = [entry for entry in read_catalogue(language) if entry.id]
    assert [entry.id for entry in entries if places(str(entry.id)) != places(str(entry.string))] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language):
    assert [entry.id for entry in read_catalogue(language) if entry.id and entry.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_the_catalogue(language):
    entry = next(entry for entry in read_catalogue(language) if entry.id and entry.id != entry.string)
    assert translate(str(entry.id), language) == entry.string


def test_marked_texts_are_found():
    source = "say('One')\nwords.mark('T' 'wo')\nSentence('{n} of', {'n': 3})\nsay('A' if x else 'B')\nPage(title='T')"
    assert [text for _, text in texts_marked(source)] == ["One", "Two", "{n} of", "A", "B", "T"]


def test_a_text_put_together_is_found():
    assert [text for _, text in texts_marked("say(f'{n} models')\nsay('a' + b)\nsay(name)")] == [None, None]
