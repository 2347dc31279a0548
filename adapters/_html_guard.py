"""What HTML may be given to the parser, and the plain tag stripper for the rest.

The parser is quick on what people send and quadratic on what they could send: thousands of nested elements, of
attributes on one tag, of options in one list, of ``<b>`` left open over thousands of paragraphs. One cheap look at
the source tells; what fails it loses its layout and not its words. Every function is linear in the length.
"""

import re
from html import unescape

MAX_LENGTH = 1_000_000
"""Characters of HTML looked at; newsletters stay below 200,000."""

_MAX_DEPTH = 500
_MAX_ATTRIBUTES = 300
_MAX_OPTIONS = 2_000
_MAX_REOPENED = 300_000
_FEW_TAGS = 2_000  # so few that nothing they do can take long

_DATA = re.compile(r"data:[^\"'\s<>]{100,}", re.IGNORECASE)
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]*)")
_GREATER_IN_QUOTES = re.compile(r"=\s*[\"'][^\"'<>]*>")
_LONG_TAG = re.compile(r"<[^<>]{600,}")
_LONG_STRETCH = re.compile(r"<[^<]{600,}")

VOID = frozenset(
    "area base br col embed hr img input link meta param source track wbr".split()  # noqa: SIM905
)
_FORMATTING = frozenset(
    "a b big code em font i nobr s small strike strong tt u".split()  # noqa: SIM905
)
_CELLS = frozenset({"td", "th"})
_ENDED_BY: dict[str, frozenset[str]] = {
    "p": frozenset({"p"}),
    "li": frozenset({"p", "li"}),
    "dt": frozenset({"p", "dt", "dd"}),
    "dd": frozenset({"p", "dt", "dd"}),
    "td": frozenset({"p", "td", "th"}),
    "th": frozenset({"p", "td", "th"}),
    "tr": frozenset({"p", "td", "th", "tr"}),
    "tbody": frozenset({"p", "td", "th", "tr", "tbody", "thead"}),
    "option": frozenset({"option"}),
}
"""Which elements, left open, end where this one begins (HTML 13.1.2.4, optional tags)."""


def shorten(html: str) -> tuple[str, bool]:
    """The HTML without what cannot be encoded or shown: embedded pictures, surrogates, what is past the limit.

    With it, whether that cut anything off.
    """
    html = _DATA.sub("data:", html) if "data:" in html else html
    kept = html[:MAX_LENGTH].encode("utf-8", "replace").decode("utf-8").replace("\0", "")
    return kept, len(html) > MAX_LENGTH


def is_tame(html: str) -> bool:
    """Whether the parser will be done with it soon."""
    if _has_crowded_tag(html):
        return False
    if html.count("<") <= _FEW_TAGS:
        return True
    return html.lower().count("<option") <= _MAX_OPTIONS and _nests_moderately(html)


def _has_crowded_tag(html: str) -> bool:
    long = _LONG_STRETCH if _GREATER_IN_QUOTES.search(html) else _LONG_TAG
    return any(len(tag.split()) > _MAX_ATTRIBUTES for tag in long.findall(html))


def _nests_moderately(html: str) -> bool:
    """Follows the tags roughly as the parser will, erring on the side of caution.

    `reopened` counts formatting elements that were not closed where they were opened: the parser opens each of them
    again in every element that follows.
    """
    open_tags: list[str] = []
    reopened = cost = 0
    for slash, name in _TAG.findall(html):
        name = name.lower()
        if slash:
            reopened += _close(open_tags, name)
        elif name not in VOID:
            while open_tags and open_tags[-1] in _ENDED_BY.get(name, ()):
                open_tags.pop()
            open_tags.append(name)
            cost += reopened
            if len(open_tags) > _MAX_DEPTH or cost > _MAX_REOPENED:
                return False
    return True


def _close(open_tags: list[str], name: str) -> int:
    """Closes the nearest such element; returns how many formatting elements this leaves to be opened again."""
    for above in range(min(len(open_tags), 40)):
        if open_tags[-1 - above] == name:
            inner = open_tags[len(open_tags) - above :]
            del open_tags[len(open_tags) - above - 1 :]
            if name in _CELLS:
                return 0
            return sum(tag in _FORMATTING for tag in inner) + (above > 0 and name in _FORMATTING)
    return 0


_TOKEN = re.compile(r"<!--|<(/?)([a-zA-Z][a-zA-Z0-9]*)[^<>]*>?|<[!?/][^<>]*>?|[^<]+|<+(?![a-zA-Z!?/])|<")
_UNSEEN = frozenset({"script", "style", "head", "title", "template"})
_INLINE = _FORMATTING | {"span", "img", "sub", "sup", "label", "abbr", "cite", "q", "td", "th"}
_HREF = re.compile(r"\bhref\s*=\s*[\"']?((?:https?:|mailto:|tel:)[^\"'\s<>]+)", re.IGNORECASE)
_HUGE_NUMBER = re.compile(r"&#x?[0-9a-f]{8,}", re.IGNORECASE)


def strip_tags(html: str) -> str:
    """The words of a HTML text, without its layout; link addresses in angle brackets."""
    out: list[str] = []
    at, end = 0, len(html)
    while at < end:
        token = _TOKEN.match(html, at)
        if token is None:  # pragma: no cover - the last alternatives take any character
            break
        at = token.end()
        if token.group() == "<!--":
            at = _after("-->", html, at)
        elif token[2] and not token[1] and token[2].lower() in _UNSEEN:
            at = _after(f"</{token[2].lower()}", html, at)
        else:
            out.append(_shown(token))
    return "".join(out)


def _after(mark: str, html: str, at: int) -> int:
    """Where `mark` ends; the end of the text when there is none, so that nobody looks for it twice."""
    found = re.compile(re.escape(mark), re.IGNORECASE).search(html, at)
    return found.end() if found else len(html)


def _shown(token: re.Match[str]) -> str:
    text = token.group()
    if token[2]:
        link = _HREF.search(text)
        return f"<{unescape(link[1])}> " if link else ("" if token[2].lower() in _INLINE else "\n")
    if text.startswith("<") and len(text) > 1:
        return ""
    return unescape(_HUGE_NUMBER.sub("\N{REPLACEMENT CHARACTER}", text))
