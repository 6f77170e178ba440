"""Pages are found in `pages/`: each file declares itself in one `PAGE = Page(...)`, read without running the file."""

from __future__ import annotations

import ast
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.resources import resource
from dashboard.words import mark

PAGES_FOLDER = resource("pages")
SECTIONS = (mark("Portfolio"), mark("One model"), mark("Accountability"), mark("Administration"))


@dataclass(frozen=True)
class Page:
    """A page's place in the menu. `title`, `section` and `question` are catalogue keys; `order` counts within the menu.

    An empty `roles` means that everybody may open it.
    """

    title: str
    url_path: str
    icon: str
    section: str
    order: int
    question: str
    roles: tuple[str, ...] = ()


@cache
def find_pages(folder: Path = PAGES_FOLDER) -> tuple[tuple[Path, Page], ...]:
    """Every page file with its declaration, in menu order; raises ValueError for a file without one."""
    found = [(path, declared(path)) for path in sorted(folder.glob("*.py"))]
    return tuple(sorted(found, key=lambda entry: entry[1].order))


def declared(path: Path) -> Page:
    """The `PAGE = Page(...)` of one page file; its arguments are literals given by name."""
    for statement in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(statement, ast.Assign) and ast.unparse(statement.targets[0]) == "PAGE":
            assert isinstance(statement.value, ast.Call)
            arguments = {str(word.arg): ast.literal_eval(word.value) for word in statement.value.keywords}
            return Page(**arguments)
    raise ValueError(f"{path.name} declares no page; begin it with PAGE = Page(title=..., url_path=..., ...)")


def page_file(url_path: str) -> str:
    """The file of the page with this address, as Streamlit's page links want it; raises KeyError when there is none."""
    return next(str(path) for path, page in find_pages() if page.url_path == url_path)
