"""What a mail says and what it carries: the parts of its body, chosen, decoded and named.

Of alternatives the plain one is taken, unless it is empty or only says that there is a better one. Every file is
kept, pictures shown inside the text too; mail within mail is a file. What cannot be read (encrypted, broken) is said
in a notice and kept as a file. The structure is bounded: no more parts are looked at than anybody sends.
"""

import re
from dataclasses import dataclass, field

from adapters._calendar import summary
from adapters._charsets import decode
from adapters._flowed import unflow
from adapters._headers import Headers, parameters
from adapters._html import html_to_parts
from adapters._parts import Part, read_headers
from adapters._quotes import split_quoted
from agent_tui.core.channel import File
from agent_tui.core.language import N_
from agent_tui.core.text import clean, safe_name

MAX_TEXT = 200_000
"""Characters of a text that are shown and searched; the original has the rest."""

_TEXTS = frozenset({"text/plain", "text/html", "text/enriched", "text/richtext", "text/markdown"})
_SIGNATURES = frozenset(
    {"application/pgp-signature", "application/pkcs7-signature", "application/x-pkcs7-signature"}
)
_SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime", "application/pgp-encrypted"})
_NEEDS_HTML = re.compile(
    r"html|browser|e-?mail client|mail program|navigat(?:or|eur)|navegador|webbrowser", re.IGNORECASE
)
_LOOKS_LIKE_HTML = re.compile(r"\s*<(?:!doctype|html|head|body|div|table)\b", re.IGNORECASE)
_META_CHARSET = re.compile(rb"charset\s*=\s*[\"']?([\w.:-]{2,40})", re.IGNORECASE)
_PGP = "-----BEGIN PGP MESSAGE-----"
_REPORTED = re.compile(r"message/|text/rfc822-headers")
_EXTENSIONS = {"jpeg": "jpg", "plain": "txt", "svg+xml": "svg", "octet-stream": "bin"}
_NAMED_BY_KIND = frozenset({"image", "text", "audio", "video", "message"})
ENCRYPTED = N_("It is encrypted and cannot be read here; the original is kept.")
SHORTENED = N_("The text is shortened; the original has all of it.")


@dataclass(slots=True)
class Body:
    """The readable text, what it quotes, the files, and what the agent should know about them."""

    text: str = ""
    quoted: str = ""
    files: list[File] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Found:
    """What a part, with all below it, holds. `texts` are (is HTML, text) in order."""

    texts: list[tuple[bool, str]] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    events: list[str] = field(default_factory=list)
    sealed: bool = False

    def add(self, other: "_Found") -> None:
        self.texts += other.texts
        self.files += other.files
        self.events += [event for event in other.events if event not in self.events]
        self.sealed = self.sealed or other.sealed


def read_body(mail: Part) -> Body:
    """The body of a parsed mail."""
    found = _Collector().collect(mail)
    body = _join(found.texts)
    body.files = found.files
    if found.events:
        body.text = "\n\n".join(filter(None, (body.text, *found.events)))
    if found.sealed or body.text.lstrip().startswith(_PGP):
        body.notices.append(ENCRYPTED)
    return body


def _join(texts: list[tuple[bool, str]]) -> Body:
    """Own text and quotation of all texts; plain ones are one text, cut by what stood between them."""
    if not any(is_html for is_html, _ in texts):
        own, quoted = split_quoted(clean("\n\n".join(text.strip("\n") for _, text in texts)))
        return _shortened([own], [quoted])
    parts = [html_to_parts(text) if is_html else split_quoted(clean(text)) for is_html, text in texts]
    return _shortened([own for own, _ in parts], [quoted for _, quoted in parts])


def _shortened(own: list[str], quoted: list[str]) -> Body:
    text, said = ("\n\n".join(filter(None, parts)) for parts in (own, quoted))
    notices = [SHORTENED] if len(text) > MAX_TEXT else []
    return Body(text=text[:MAX_TEXT], quoted=said[:MAX_TEXT], notices=notices)


class _Collector:
    """Walks the parts, which are nested a few levels at most (`_parts.MAX_DEPTH`)."""

    def __init__(self) -> None:
        self._has_text = False  # a named text after the first is a file

    def collect(self, part: Part) -> _Found:
        if not part.children:
            return self._leaf(part)
        children = part.children[:1] if part.kind == "multipart/signed" else part.children
        found = [self.collect(child) for child in children]
        if part.kind == "multipart/alternative":
            return _choose(found)
        whole = _Found(sealed=part.kind == "multipart/encrypted")
        for each in found:
            whole.add(each)
        if part.kind == "multipart/report":  # what servers tell each other, and our own mail again
            whole.files = [file for file in whole.files if not _REPORTED.match(file.media_type)]
        return whole

    def _leaf(self, part: Part) -> _Found:
        kind = part.kind
        if kind in _SIGNATURES:
            return _Found()
        name = _name(part)
        if kind == "text/calendar":
            event = summary(decode(part.content, part.parameters.get("charset", "")))
            return _Found(files=[_file(name or "invite.ics", part)], events=[event] if event else [])
        attached = part.headers.word("content-disposition") == "attachment"
        if kind in _TEXTS and not attached and not (name and self._has_text):
            self._has_text = True
            return _Found(texts=[_text(part)])
        if not part.content and not name:
            return _Found()
        return _Found(files=[_file(name or _generic_name(part), part)], sealed=kind in _SEALED)


def _choose(found: list[_Found]) -> _Found:
    """The alternative to read, with the files and events of all."""
    chosen = _Found()
    html = next((each for each in found if any(is_html for is_html, _ in each.texts)), None)
    plain = next((each for each in found if each.texts and not any(h for h, _ in each.texts)), None)
    best = plain if plain and (html is None or _is_useful(plain)) else html
    for each in found:
        chosen.add(_Found(texts=each.texts if each is best else [], files=each.files, events=each.events))
        chosen.sealed = chosen.sealed or each.sealed
    return chosen


def _is_useful(plain: _Found) -> bool:
    """Not empty, and not only a hint that the mail should be looked at elsewhere."""
    text = "\n".join(text for _, text in plain.texts).strip()
    return bool(text) and not (len(text) < 300 and _NEEDS_HTML.search(text))


def _text(part: Part) -> tuple[bool, str]:
    charset = part.parameters.get("charset", "")
    if part.kind == "text/html":
        meta = _META_CHARSET.search(part.content[:2048]) if not charset else None
        return True, decode(part.content, meta[1].decode("ascii") if meta else charset)
    text = decode(part.content, charset).replace("\r\n", "\n")
    if part.parameters.get("format", "").lower() == "flowed":
        text = unflow(text, delsp=part.parameters.get("delsp", "").lower() == "yes")
    return _LOOKS_LIKE_HTML.match(text) is not None, text


def _name(part: Part) -> str:
    disposition = parameters(part.headers.raw("content-disposition"))
    return disposition.get("filename") or part.parameters.get("name") or ""


def _file(name: str, part: Part) -> File:
    return File(name=safe_name(name, "attachment"), media_type=part.kind, data=part.content)


def _generic_name(part: Part) -> str:
    """A name for a file that came without one."""
    main, _, sub = part.kind.partition("/")
    if part.kind in ("message/rfc822", "message/global"):
        items, _ = read_headers(part.content)
        return f"{Headers(items).text('subject')[:80] or 'message'}.eml"
    extension = _EXTENSIONS.get(sub, sub if len(sub) <= 5 else "txt" if main == "text" else "bin")
    return f"{main if main in _NAMED_BY_KIND else 'attachment'}.{'txt' if main == 'message' else extension}"
