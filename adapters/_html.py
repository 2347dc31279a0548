"""HTML mail as text a person can read in a terminal.

Parsed by a real parser and walked without recursion; nothing is fetched, nothing is run. Headings, lists, tables,
quotations and preformatted text keep their shape; a link shows its whole address below the text, under its number,
unless the text already is the address; hidden elements, scripts and styles do not appear. What could keep the parser
busy for long (`_html_guard`) is stripped of its tags instead. The result is clean (`core.text`).
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from selectolax.lexbor import LexborHTMLParser

from adapters._html_guard import is_tame, shorten, strip_tags
from adapters._html_walk import Walk
from adapters._html_writer import Segment, Writer
from adapters._quotes import is_footer, is_forward, split_quoted, trim_attribution
from agent_tui.core.text import clean

SHORTENED = "[The rest is only in the original.]"

_MENTIONED = re.compile(r"\[(\d{1,3})\]")
_BLANKS = re.compile(r"\s*\n\s*\n\s*")


def html_to_text(html: str) -> str:
    """The whole of a HTML text; never raises, whatever it is given."""
    page = _read(html)
    return page.with_links(page.text(page.segments))


def html_to_parts(html: str) -> tuple[str, str]:
    """What the writer wrote and what he only quoted, as `_quotes.split_quoted` does, by the HTML's own structure.

    Mail programs mark what they quote; where none did, the words decide.
    """
    page = _read(html)
    own, quoted = _fold(page)
    return page.with_links(own), page.with_links(quoted)


@dataclass(frozen=True, slots=True)
class _Page:
    """What became of a HTML text: consecutive segments, and the addresses of its links."""

    segments: Sequence[Segment]
    links: Sequence[str]

    def text(self, segments: Sequence[Segment]) -> str:
        return clean("\n\n".join(segment.text for segment in segments)).strip("\n")

    def with_links(self, text: str) -> str:
        """The text, and below it the addresses of the links it mentions."""
        numbers = {int(number) for number in _MENTIONED.findall(text)} if self.links else set()
        known = sorted(number for number in numbers if 0 < number <= len(self.links))
        links = "\n".join(f"[{number}] {self.links[number - 1]}" for number in known)
        return f"{text}\n\n{clean(links)}" if links else text


def _read(html: str) -> _Page:
    (html, cut), writer = shorten(html), Writer()
    if is_tame(html):
        root = LexborHTMLParser(html).root
        cut = cut or not (root is None or Walk(writer).run(root))
    else:
        writer.lines(_BLANKS.sub("\n\n", strip_tags(html)).strip())
    if cut:
        writer.block(gap=True)
        writer.words(SHORTENED)
    return _Page(writer.finish(), writer.links)


def _fold(page: _Page) -> tuple[str, str]:
    """Own and quoted text; all of it own when answers stand between quotations, or when it is a forward."""
    whole = page.text(page.segments)
    said = [segment for segment in page.segments if segment.role != "signature"]
    signature = page.text([segment for segment in page.segments if segment.role == "signature"])
    runs = [(role, page.text(list(run))) for role, run in groupby(said, key=lambda s: s.role)]
    shape = [role for role, _ in runs]
    if shape == ["own"]:
        own, quoted = split_quoted(runs[0][1])
        return own, _paragraphs(signature, quoted)
    if shape not in (["own", "quoted"], ["quoted", "own"], ["own", "quoted", "own"]):
        return whole, ""
    parts = [text for _, text in runs]
    if shape[0] == "quoted":
        parts.insert(0, "")
    before, quoted, after = (*parts, "")[:3]
    return _place(before, quoted, after, signature) or (whole, "")


def _place(before: str, quoted: str, after: str, signature: str) -> tuple[str, str] | None:
    """Own and quoted text of a mail with one quotation; None when it must stay whole."""
    own, attribution = trim_attribution(before)
    if is_forward(quoted) or (own and not is_footer(after)):
        return None
    if own:
        return own, _paragraphs(signature, attribution, quoted, after)
    own, below = split_quoted(after)
    return None if is_footer(own) else (own, _paragraphs(attribution, quoted, below, signature))


def _paragraphs(*texts: str) -> str:
    return "\n\n".join(filter(None, texts))
