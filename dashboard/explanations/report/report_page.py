"""The page around Evidently's report: what was compared, on which samples, and that it may load nothing."""

from __future__ import annotations

import html
from dataclasses import dataclass
from datetime import date

from dashboard.words import Sentence

# Everything stands in the file itself; whatever a value in it may try, nothing leaves the reader's browser.
POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data: blob:; "
    "font-src data:; form-action 'none'; base-uri 'none'"
)
STYLE = "font-family: sans-serif; max-width: 75rem; margin: 1rem auto; padding: 0 1rem; line-height: 1.5"
MARKUP = str.maketrans({"<": "‹", ">": "›"})


def harmless(text: str) -> str:
    """A text that cannot be taken for markup; Evidently puts names and categories into its page as they are."""
    return text.translate(MARKUP)


@dataclass(frozen=True)
class ReportFrame:
    """What the heading says.

    Model, language, version of the current side; for current and reference the days, rows of the sample and rows that
    it was drawn from; the seed of the drawing, and the columns left out for want of values.
    """

    model: str
    language: str
    version: str | None
    days: tuple[tuple[date, date], ...]
    rows: tuple[int, int]
    whole: tuple[int, int]
    seed: int
    left_out: tuple[str, ...]

    def title(self) -> str:
        """The heading itself."""
        return Sentence("Evidently report: {name}", {"name": self.model}).render(self.language)

    def lines(self) -> list[str]:
        """The sentences below it."""
        current, reference = (
            {"start": days[0], "end": days[1], "rows": rows, "whole": whole}
            for days, rows, whole in zip(self.days, self.rows, self.whole, strict=True)
        )
        said = [
            Sentence("Current: {start} to {end}, {rows} of {whole} predictions", current),
            Sentence("Reference: {start} to {end}, {rows} of {whole} predictions", reference),
            Sentence(
                "Each side is a random sample, drawn with seed {seed}; segments are not distinguished.", vars(self)
            ),
        ]
        if self.version is not None:
            said.append(Sentence("The current side holds predictions of version {version} only.", vars(self)))
        if self.left_out:
            columns = {"columns": ", ".join(self.left_out)}
            said.append(Sentence("Omitted because one side has no values: {columns}", columns))
        return [sentence.render(self.language) for sentence in said]


def finished_page(content: str, frame: ReportFrame, key: str) -> str:
    """Evidently's HTML with a heading, a policy that forbids all loading, and its key first.

    Two downloads of equal length must differ near the beginning, or they can be taken for each other.
    """
    head = (
        f'<!-- {key} --><meta http-equiv="Content-Security-Policy" content="{POLICY}">'
        f"<title>{html.escape(frame.title())}</title>"
    )
    lines = "<br>".join(html.escape(line) for line in frame.lines())
    body = f'<header style="{STYLE}"><h1>{html.escape(frame.title())}</h1><p>{lines}</p></header>'
    content = content.replace("<head>", f"<head>{head}", 1)
    before, tag, after = content.partition("<body>")
    return f"{before}{tag}{body}{after}" if tag else body + content
