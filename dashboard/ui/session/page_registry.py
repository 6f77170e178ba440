"""Pages are found in `pages/`: each file declares itself in one `PAGE = Page(...)`, read without running the file."""

from __future__ import annotations

import ast
from collections.abc import Set
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from dashboard.resources import resource
from dashboard.words import mark

PAGES_FOLDER = resource("pages")
# The menu asks what readers ask.
SECTIONS = (
    mark("What needs me?"),
    mark("Are models healthy?"),
    mark("Who is accountable?"),
    mark("Who may, who did?"),
)
# Pages of this section are no entries of the menu but the tabs of a model.
OF_ONE_MODEL = mark("One model")
SUMMARY = "model"


@dataclass(frozen=True)
class Page:
    """A page's place in the menu or, in the section OF_ONE_MODEL, in the row of tabs of a model.

    `title`, `section` and `question` are catalogue keys; `order` counts within the section. An empty `roles` means that
    everybody may open it. A tab may name the judged `area` whose figures it shows.
    """

    title: str
    url_path: str
    icon: str
    section: str
    order: int
    question: str
    roles: tuple[str, ...] = ()
    area: str = ""

    def is_tab(self) -> bool:
        """Whether it is a tab of a model."""
        return self.section == OF_ONE_MODEL

    def open_to(self, roles: Set[str]) -> bool:
        """Whether it is for one of these roles."""
        return not self.roles or bool(roles & set(self.roles))


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


def tabs() -> list[Page]:
    """The tabs of a model, in their order."""
    return [page for _, page in find_pages() if page.is_tab()]


def tab_of(area: str) -> str:
    """The address of the tab that shows the figures of a judged area; the summary where none does."""
    return next((page.url_path for page in tabs() if area and page.area == area), SUMMARY)
