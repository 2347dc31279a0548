"""The walk over parsed HTML: what each element means for the text.

No recursion, one visit an element, at most `_MAX_NODES` of them. `_html_writer` lays out what is met here; what mail
programs mark as quoted is told to it.
"""

import re
from collections.abc import Callable, Mapping

from selectolax.lexbor import LexborNode

from adapters._html_writer import Role, Writer
from agent_tui.core.text import clean_line

_MAX_NODES = 200_000
_UNSEEN = frozenset(
    {"script", "style", "head", "title", "template", "noscript", "svg", "object", "embed", "iframe"}
    | {"audio", "video", "canvas", "map", "math", "datalist", "frameset"}
)
_PARAGRAPHS = frozenset(
    {"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "pre", "blockquote", "fieldset", "figure"}
)
_BLOCKS = frozenset(
    {"div", "tr", "table", "li", "dt", "dd", "section", "article", "header", "footer", "center", "form"}
    | {"address", "aside", "main", "nav", "caption", "legend", "details", "summary", "option", "figcaption"}
)
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_LINKS = ("http:", "https:", "mailto:", "tel:")

_QUOTE_CLASSES = frozenset(
    {"gmail_quote", "gmail_quote_container", "yahoo_quoted", "protonmail_quote", "moz-cite-prefix"}
    | {"zmail_extra", "tutanota_quote", "ms-outlook-mobile-reference-message", "mailru-blockquote"}
)
_QUOTE_NAMES = frozenset({"quote", "messageReplySection"})
_QUOTE_IDS = frozenset(
    {"mail-editor-reference-message-container", "OLK_SRC_BODY_SECTION", "isReplyContent", "reply-intro"}
)
_SIGNATURE_CLASSES = frozenset(
    {"gmail_signature", "gmail_signature_prefix", "moz-signature", "protonmail_signature_block"}
)
_SIGNATURE_IDS = frozenset({"Signature", "ms-outlook-mobile-signature", "ymail_android_signature"})
_QUOTED_FROM_HERE = frozenset({"divRplyFwdMsg", "appendonsend", "stopSpelling"})


class Walk:
    """One pass over the tree: each element is entered, its children walked, and left again."""

    def __init__(self, writer: Writer) -> None:
        self._out = writer
        self._leave: list[LexborNode | Callable[[], None]] = []
        self._counters: list[int | None] = []  # the next number of each open list; None: bullets
        self._roles: list[Role] = ["own"]
        self._from_here = False  # the rest of the mail is quoted
        self._preformatted = 0

    def run(self, root: LexborNode) -> bool:
        """Walks below `root`; says whether it came to the end."""
        self._leave = [root]
        for _ in range(_MAX_NODES):
            if not self._leave:
                return True
            node = self._leave.pop()
            if isinstance(node, LexborNode):
                self._visit(node)
            else:
                node()
        return not self._leave

    def _visit(self, node: LexborNode) -> None:
        following = node.next
        if following is not None:
            self._leave.append(following)
        if node.is_text_node:
            self._text(node.text_content or "")
        elif node.is_element_node:
            attributes = node.attributes
            if node.tag not in _UNSEEN and not _is_hidden(attributes):
                self._enter(node.tag or "", attributes)
                child = node.child
                if child is not None:
                    self._leave.append(child)

    def _text(self, text: str) -> None:
        if self._preformatted:
            self._out.lines(text.replace("\r\n", "\n").replace("\r", "\n"))
        else:
            self._out.words(text)

    def _enter(self, tag: str, attributes: Mapping[str, str | None]) -> None:
        self._quote(attributes, tag)
        enter = _ENTER.get(tag)
        if enter is not None:
            enter(self, attributes)
        elif tag in _PARAGRAPHS:
            self._block(gap=True)
        elif tag in _BLOCKS:
            self._block(gap=False)

    def _quote(self, attributes: Mapping[str, str | None], tag: str) -> None:
        if not attributes:
            return
        identity = attributes.get("id") or ""
        if identity in _QUOTED_FROM_HERE:
            self._roles = ["quoted"]
            self._from_here = True
        else:
            role = _role(attributes, identity, tag)
            if role is None or self._from_here:
                return
            self._roles.append("quoted" if self._roles[-1] == "quoted" else role)
            self._leave.append(self._end_role)
        self._out.turn(self._roles[-1])

    def _end_role(self) -> None:
        if not self._from_here:
            self._roles.pop()
            self._out.turn(self._roles[-1])

    def _block(self, *, gap: bool) -> None:
        self._out.block(gap=gap)
        self._leave.append(lambda: self._out.block(gap=gap))

    def _break(self, _: Mapping[str, str | None]) -> None:
        self._out.line_break()

    def _rule(self, _: Mapping[str, str | None]) -> None:
        self._out.block()
        self._out.words("---")
        self._out.block()

    def _list(self, _: Mapping[str, str | None]) -> None:
        self._block(gap=not self._counters)
        self._counters.append(None)
        self._leave.append(self._end_list)

    def _numbered(self, attributes: Mapping[str, str | None]) -> None:
        self._list(attributes)
        start = attributes.get("start") or ""
        self._counters[-1] = int(start) if start.isascii() and start.isdigit() and len(start) < 9 else 1

    def _end_list(self) -> None:
        self._counters.pop()

    def _item(self, _: Mapping[str, str | None]) -> None:
        mark, number = "- ", self._counters[-1] if self._counters else None
        if number is not None:
            mark = f"{number}. "
            self._counters[-1] = number + 1
        self._indent(mark, " " * len(mark))

    def _blockquote(self, _: Mapping[str, str | None]) -> None:
        self._block(gap=True)
        self._indent("> ", "> ")

    def _indent(self, first: str, rest: str) -> None:
        self._out.indent(first, rest)
        self._leave.append(self._out.dedent)

    def _cell(self, _: Mapping[str, str | None]) -> None:
        self._out.cell()

    def _pre(self, _: Mapping[str, str | None]) -> None:
        self._block(gap=True)
        self._preformatted += 1
        self._leave.append(self._end_pre)

    def _end_pre(self) -> None:
        self._preformatted -= 1

    def _anchor(self, attributes: Mapping[str, str | None]) -> None:
        url = clean_line(attributes.get("href") or "").replace(" ", "%20")
        if url.lower().startswith(_LINKS):
            self._out.anchor()
            self._leave.append(lambda: self._out.link(url))

    def _image(self, attributes: Mapping[str, str | None]) -> None:
        name = clean_line(attributes.get("alt") or "")
        source = attributes.get("src") or ""
        if not name and source.lower().startswith("cid:"):
            name = clean_line(source[4:].partition("@")[0])
        if name and not _is_dot(attributes):
            self._out.words(f" [image: {name}] ")


_ENTER: dict[str, Callable[[Walk, Mapping[str, str | None]], None]] = {
    "br": Walk._break,
    "hr": Walk._rule,
    "ul": Walk._list,
    "ol": Walk._numbered,
    "menu": Walk._list,
    "li": Walk._item,
    "blockquote": Walk._blockquote,
    "td": Walk._cell,
    "th": Walk._cell,
    "pre": Walk._pre,
    "a": Walk._anchor,
    "img": Walk._image,
}


def _is_hidden(attributes: Mapping[str, str | None]) -> bool:
    return bool(attributes) and (
        "hidden" in attributes or bool(_HIDDEN.search(attributes.get("style") or ""))
    )


def _is_dot(attributes: Mapping[str, str | None]) -> bool:
    """A picture nobody can see: it reports that the mail was opened."""
    return any(
        (attributes.get(side) or "").strip().removesuffix("px") in ("0", "1", "2")
        for side in ("width", "height")
    )


def _role(attributes: Mapping[str, str | None], identity: str, tag: str) -> Role | None:
    """What a mail program says that an element holds; None when it says nothing."""
    classes = (attributes.get("class") or "").split()
    if (
        not _QUOTE_CLASSES.isdisjoint(classes)
        or identity in _QUOTE_IDS
        or identity.startswith("yahoo_quoted")
        or attributes.get("name") in _QUOTE_NAMES
        or (tag == "blockquote" and (attributes.get("type") or "").lower() == "cite")
    ):
        return "quoted"
    signed = (
        not _SIGNATURE_CLASSES.isdisjoint(classes)
        or identity in _SIGNATURE_IDS
        or attributes.get("name") == "messageSignatureSection"
    )
    return "signature" if signed else None
