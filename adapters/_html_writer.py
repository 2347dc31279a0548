"""Laying out what the HTML walk meets: words, lines, prefixes, links, and what is quoted.

The writer knows nothing of tags. It collapses spaces, keeps at most one empty line between paragraphs, puts the marks
of lists and quotations before lines, numbers links, and starts a new segment whenever quoting begins or ends.
"""

from dataclasses import dataclass, field
from typing import Literal, TypeAlias

_MAX_PREFIXES = 8  # deeper lists and quotations are not indented further
_MAX_LINKS = 500
_CELL = " | "


Role: TypeAlias = Literal["own", "quoted", "signature"]


@dataclass(slots=True)
class Segment:
    """Consecutive lines that are all the writer's own, all quoted, or all a signature."""

    role: Role
    lines: list[str] = field(default_factory=list)

    @property
    def text(self) -> str:
        return "\n".join(self.lines).strip("\n")


@dataclass(slots=True)
class _Prefix:
    first: str
    rest: str

    def take(self) -> str:
        taken, self.first = self.first, self.rest
        return taken


class Writer:
    """Takes words and breaks in reading order; `segments` is what became of them, after `finish`."""

    def __init__(self) -> None:
        self.segments = [Segment("own")]
        self._line: list[str] = []
        self._between = ""  # what separates the next word from the last: nothing, a space, a cell's border
        self._gap = False  # an empty line is due before the next …
        self._fresh = True  # … unless it is the first of its segment, list item or quotation
        self._prefixes: list[_Prefix] = []
        self._too_deep = 0
        self._links: dict[str, int] = {}
        self._anchor: list[str] | None = None

    def words(self, text: str) -> None:
        """Running text: any run of white space is one space."""
        words = text.split()
        if text[:1].isspace() or not words:
            self._space()
        if not words:
            return
        self._put(" ".join(words))
        if text[-1:].isspace():
            self._space()

    def lines(self, text: str) -> None:
        """Preformatted text: spaces and line ends as they are."""
        first, *more = text.split("\n")
        self._put(first)
        for line in more:
            self.line_break()
            self._put(line)

    def line_break(self) -> None:
        """Ends the line, also an empty one."""
        if self._line:
            self._flush()
        else:
            self._gap = True

    def block(self, *, gap: bool = False) -> None:
        """Ends the line if there is one; with `gap`, an empty line follows."""
        if self._line:
            self._flush()
        self._gap = self._gap or gap

    def cell(self) -> None:
        """What follows stands in the next cell of the same row."""
        if self._line:
            self._between = _CELL

    def indent(self, first: str, rest: str) -> None:
        """The next line begins with `first`, those after it with `rest`, until `dedent`."""
        self.block()
        self._fill_gap()
        if len(self._prefixes) < _MAX_PREFIXES:
            self._prefixes.append(_Prefix(first, rest))
        else:
            self._too_deep += 1
        self._fresh = True

    def dedent(self) -> None:
        """Takes the last `indent` back."""
        self.block()
        if self._too_deep:
            self._too_deep -= 1
        else:
            self._prefixes.pop()

    def turn(self, role: Role) -> None:
        """From here on everything has that role."""
        self.block()
        if self.segments[-1].role != role:
            self.segments.append(Segment(role))
            self._fresh = True

    def anchor(self) -> None:
        """A link's text begins."""
        self._anchor = []

    def link(self, url: str) -> None:
        """The link's text ended: the address gets a number, unless the text already says it."""
        said, self._anchor = "".join(self._anchor or ()), None
        if _bare(said) == _bare(url) or (url not in self._links and len(self._links) >= _MAX_LINKS):
            return
        self._mark(f"[{self._links.setdefault(url, len(self._links) + 1)}]")

    def finish(self) -> list[Segment]:
        """The segments that hold anything."""
        self.block()
        return [segment for segment in self.segments if segment.text.strip()]

    @property
    def links(self) -> list[str]:
        """The addresses of the links: number 1 is the first."""
        return list(self._links)

    def _put(self, text: str) -> None:
        if not text:
            return
        if self._anchor is not None:
            self._anchor.append(text)
        self._line += [self._between, text] if self._between and self._line else [text]
        self._between = ""

    def _space(self) -> None:
        if self._line and not self._between:
            self._between = " "

    def _mark(self, mark: str) -> None:
        """Puts a mark behind the last word, even when that has ended its line."""
        lines = self.segments[-1].lines
        if self._line or not lines or not lines[-1].strip():
            between = " " if self._line else ""
            self._line += [between, mark]
        else:
            lines[-1] += f" {mark}"

    def _flush(self) -> None:
        self._fill_gap()
        prefix = "".join([prefix.take() for prefix in self._prefixes])
        self.segments[-1].lines.append(f"{prefix}{''.join(self._line)}".rstrip())
        self._line.clear()
        self._between, self._fresh = "", False

    def _fill_gap(self) -> None:
        if self._gap and not self._fresh:
            blank = "".join(prefix.rest for prefix in self._prefixes).rstrip()
            self.segments[-1].lines.append(blank)
        self._gap = False


def _bare(text: str) -> str:
    """An address as people write it: without scheme, ``www.`` and the last slash."""
    text = text.strip().lower()
    for scheme in ("https://", "http://", "mailto:", "tel:"):
        text = text.removeprefix(scheme)
    return text.removeprefix("www.").rstrip("/")
