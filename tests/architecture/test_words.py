"""Every text that a reader may see is in the catalogue of every language, with the same places for values."""

import ast
import re
import string
from collections.abc import Iterator
from functools import cache

import babel
import numpy
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from dashboard.charts.look import DAY_PARTS
from dashboard.words import CATALOGUES, LANGUAGES, Sentence, language_of, translate
from tests.architecture.tree import ROOT, program_files

# Functions whose first argument is a key of the catalogue.
MARKERS = {"say", "mark", "translate", "Sentence", "_"}
PAGE_WORDS = {"title", "section", "question"}
# Words that only the authors of this program understand, and the one field of the API that keeps such a name.
HOUSE_WORDS = {"told", "deed", "deeds", "hole", "holes", "shelf", "shelves", "noting"}
ANSWERED = {("dashboard/api/job_answers.py", "told")}
# Phrases that English readers stumble over.
FOREIGN = re.compile(
    r"\b(holes?|deeds?|shel(f|ves)|told|at stake|as wanted|stands? (here|under)|cannot be said|who (is|are) there|"
    r"first of all|held against|whoever deals)\b",
    re.IGNORECASE,
)
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
    entries = [entry for entry in read_catalogue(language) if entry.id and not entry.pluralizable]
    assert [entry.id for entry in entries if places(str(entry.id)) != places(str(entry.string))] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_forms_of_a_count_have_the_places_of_their_key(language):
    """The count itself may be left out: `one model` instead of `1 model`; the form for many stands for any number."""
    for key, many, forms in plurals(language):
        assert many == key, f"{key}: the key is one text"
        assert "n" in places(key)
        assert places(forms[-1]) == places(key)
        assert all(form and places(form) | {"n"} <= places(key) for form in forms), key


def test_every_language_has_the_forms_of_the_same_counts():
    counted = {key for key, _, _ in plurals(LANGUAGES[0])}
    assert counted
    assert all({key for key, _, _ in plurals(language)} == counted for language in LANGUAGES)
    assert counted <= set(marked())


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_count_chooses_the_form(language):
    for key, _, forms in plurals(language):
        values = dict.fromkeys(places(key), "x")
        for count, form in ((1, forms[0]), (0, forms[1]), (2, forms[1]), (numpy.int64(5), forms[1])):
            rendered = Sentence(key, {**values, "n": count}).render(language)
            assert rendered.startswith(form.format(**{**values, "n": count}))
        assert translate(key, language) == forms[1]


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_names_itself_and_its_locale(language):
    named = language_of(language)
    assert all(vars(named).values())
    assert babel.Locale.parse(named.locale).language == language
    assert set(re.findall("[DMY]+", named.table_day)) <= set(DAY_PARTS)


def test_no_code_names_a_translated_language():
    constants = {
        f"{path.relative_to(ROOT)}:{node.lineno}": node.value
        for path in program_files()
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Constant)
    }
    assert {where: text for where, text in constants.items() if text in TRANSLATED} == {}


def plurals(language: str) -> list[tuple[str, str, tuple[str, ...]]]:
    """The key of each sentence that counts, its second form, which is the key again, and its forms in a language."""
    entries = [entry for entry in read_catalogue(language) if entry.id and entry.pluralizable]
    return [(entry.id[0], entry.id[1], tuple(entry.string)) for entry in entries]


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_a_guess(language):
    assert [entry.id for entry in read_catalogue(language) if entry.id and entry.fuzzy] == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_the_program_reads_the_catalogue(language):
    entry = next(entry for entry in read_catalogue(language) if isinstance(entry.string, str) and entry.id)
    assert translate(str(entry.id), language) == entry.string


def test_no_text_reads_as_translated():
    assert [f"{where}: {text}" for text, where in marked().items() if FOREIGN.search(text)] == []


def names_of(source: str) -> Iterator[tuple[int, str]]:
    """Line and name of whatever a module defines: functions, classes, arguments, variables, fields."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield node.lineno, node.name
        elif isinstance(node, ast.arg):
            yield node.lineno, node.arg
        elif isinstance(node, ast.Name | ast.Attribute) and isinstance(node.ctx, ast.Store):
            yield node.lineno, node.id if isinstance(node, ast.Name) else node.attr


def docstrings_of(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Module):
            yield ast.get_docstring(node) or ""


def test_names_and_docstrings_take_the_words_of_the_field():
    faults = []
    for path in program_files():
        source, where = path.read_text(encoding="utf-8"), str(path.relative_to(ROOT))
        faults += [
            f"{where}:{line}: {name}"
            for line, name in names_of(source)
            if HOUSE_WORDS & set(re.findall("[a-z]+", re.sub("([A-Z])", r"_\1", name).lower()))
            and (where, name) not in ANSWERED
        ]
        faults += [
            f"{where}: {text}"
            for text in docstrings_of(source)
            if HOUSE_WORDS & set(re.findall(r"[\w']+", text.lower()))
        ]
    assert faults == []


def test_house_words_are_found():
    source = 'class Deed:\n    hole_size: int\n\ndef f(told):\n    """Nobody is told."""\n    self.shelf = 1'
    assert [name for _, name in names_of(source)] == ["Deed", "f", "hole_size", "told", "shelf"]
    assert "Nobody is told." in list(docstrings_of(source))
    assert all(FOREIGN.search(text) for text in ("Holes in it", "This cannot be told.", "Not as wanted either"))


def test_marked_texts_are_found():
    source = "say('One')\nwords.mark('T' 'wo')\nSentence('{n} of', {'n': 3})\nsay('A' if x else 'B')\nPage(title='T')"
    assert [text for _, text in texts_marked(source)] == ["One", "Two", "{n} of", "A", "B", "T"]


def test_a_text_put_together_is_found():
    assert [text for _, text in texts_marked("say(f'{n} models')\nsay('a' + b)\nsay(name)")] == [None, None]


def earlier() -> Catalog:
    with (CATALOGUES / "earlier.po").open("rb") as source:
        return read_po(source, locale="en", abort_invalid=True)


def test_a_reworded_text_leads_to_a_key_of_today():
    entries = [entry for entry in earlier() if entry.id]
    assert [entry.id for entry in entries if entry.id in marked() or entry.string not in marked()] == []
    # A count was a value of its sentence also where its text did not show it.
    assert [entry.id for entry in entries if {*places(entry.id), "n"} != {*places(entry.string), "n"}] == []


@pytest.mark.parametrize(("language", "text"), [("en", "Nothing is logged for this period."), ("de", None)])
def test_a_text_stored_before_it_was_reworded_is_translated(language, text):
    stored = Sentence("Nothing of this time is logged.")
    assert stored.render(language) == (text or translate("Nothing is logged for this period.", language))
    assert stored.render(language) != stored.message
