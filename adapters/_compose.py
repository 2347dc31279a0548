"""An outgoing message as the bytes of a mail (RFC 5322, 2045-2047, 2231, 3676). Pure, and the same on every attempt.

Why not the standard library's `EmailMessage`: it folds an In-Reply-To of the length Microsoft writes (80 characters)
into an encoded word, and Outlook then loses the thread (cpython 79986); and it makes a new random boundary each time,
where a repeated attempt must send the same bytes. Every header is written by `_header`, which lets nothing but
printable ASCII through; what a person or a customer named (subject, names, file names) is refused before it gets there
when it holds a line end or a null.
"""

import re
from base64 import b64encode, encodebytes
from collections.abc import Iterable, Sequence
from email.utils import format_datetime
from hashlib import sha256
from quopri import encodestring
from urllib.parse import quote

from adapters._flowed import flow
from adapters._message_ids import make_message_id
from agent_tui.core.addresses import EMAIL, Address
from agent_tui.core.channel import File, Outgoing
from agent_tui.core.errors import Rejected
from agent_tui.core.language import _

_WIDTH = 78
_LONGEST = 998  # RFC 5322, 2.1.1
_REFERENCES = 10  # nearest ids kept, besides the first of the thread
_FORBIDDEN = re.compile("[\r\n\0\x85\u2028\u2029]")
_CONTROLS = re.compile("[\0-\x08\x0b-\x1f\x7f]")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?:\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_PHRASE = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]+")
_ID = re.compile(r"<[!-;=?-~]{1,900}>")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9][\w.+-]*/[A-Za-z0-9][\w.+-]*")
_WORD = 39  # bytes in one encoded word: with a header's name before it, its line stays below 76 (RFC 2047, 2)


def compose(message: Outgoing, *, sender: Address, name: str, secret: bytes) -> bytes:
    """The mail, with CRLF line ends and only ASCII in it.

    `name` is what recipients see beside the address `sender`; `secret` makes the Message-ID (`_message_ids`).
    Raises Rejected when something in it cannot be sent, or must not be.
    """
    if not message.to:
        raise Rejected(_("the message has no recipient"), remedy=_("say whom it is for"))
    domain = sender.value.rpartition("@")[2]
    lines = [
        _header("Date", [format_datetime(message.at)]),
        _header("From", [*_phrase(name, _("the sender's name")), f"<{_spec(sender)}>"]),
        _header("To", _list(message.to)),
        *([_header("Cc", _list(message.cc))] if message.cc else []),
        _header("Subject", _words(_line(message.subject, _("the subject")))),
        _header("Message-ID", [make_message_id(message.key, domain, secret)]),
        *_thread(message.threads),
        "MIME-Version: 1.0",
    ]
    return "\r\n".join([*lines, *_body(message)]).encode("ascii")


def _thread(threads: Sequence[str]) -> list[str]:
    """In-Reply-To and References, from keys nearest first. What is no id is another channel's key."""
    nearest = [key for key in threads if _ID.fullmatch(key)]
    if not nearest:
        return []
    oldest_first = list(dict.fromkeys(reversed(nearest)))
    if len(oldest_first) > _REFERENCES + 1:
        oldest_first = [oldest_first[0], *oldest_first[-_REFERENCES:]]
    return [_header("In-Reply-To", nearest[:1]), _header("References", oldest_first)]


def _header(name: str, words: Sequence[str]) -> str:
    """One header, folded between words and nowhere else."""
    lines, current = [], f"{name}:"
    for word in words:
        if len(current) + 1 + len(word) > _WIDTH and current.strip() != f"{name}:":
            lines.append(current)
            current = ""
        current += f" {word}"
    lines.append(current)
    for line in lines:
        if not line.isascii() or not line.isprintable() or len(line) > _LONGEST:
            raise Rejected(
                _("the {name} header cannot be written").format(name=name), remedy=_("shorten or retype it")
            )
    return "\r\n".join(lines)


def _line(text: str, what: str) -> str:
    """The text, which must be one line."""
    if _FORBIDDEN.search(text):
        raise Rejected(_("{what} holds a line break").format(what=what), remedy=_("retype it on one line"))
    return _CONTROLS.sub("", text)


def _words(text: str) -> list[str]:
    """The text as words to fold between: plain where it is plain, encoded (RFC 2047) as a whole where it is not."""
    plain = text.isascii() and "=?" not in text and max(map(len, text.split(" ")), default=0) < _WIDTH
    if plain and not re.search(r"  |^ | $|\t", text):
        return text.split(" ")
    pieces, piece = [], b""
    for char in text.encode("utf-8", "replace").decode("utf-8"):
        data = char.encode()
        if len(piece) + len(data) > _WORD:
            pieces.append(piece)
            piece = b""
        piece += data
    return [f"=?utf-8?b?{b64encode(data).decode()}?=" for data in [*pieces, piece] if data]


def _phrase(name: str, what: str) -> list[str]:
    """A display name: as it is, as a quoted string, or encoded."""
    name = " ".join(_line(name, what).split())
    if "=?" in name:
        return _words(name)
    if not name or _PHRASE.fullmatch(name):
        return name.split()
    if name.isascii() and len(name) < _WIDTH - 10:
        escaped = re.sub(r'(["\\])', r"\\\1", name)
        return [f'"{escaped}"']
    return _words(name)


def _list(addresses: Iterable[Address]) -> list[str]:
    specs = [_spec(address) for address in addresses]
    return [f"{spec}," for spec in specs[:-1]] + specs[-1:]


def _spec(address: Address) -> str:
    """The address as it is written in a header."""
    local, _sep, domain = address.value.rpartition("@")
    if address.scheme != EMAIL or not local or not domain:
        raise Rejected(_("{address} is not a mail address").format(address=address))
    _line(address.value, _("an address"))
    if not address.value.isascii():
        raise Rejected(
            _("{address} has letters that ordinary mail servers do not take").format(address=address.value),
            remedy=_("ask for an address in plain letters"),
        )
    if _ATOMS.fullmatch(local):
        return address.value
    escaped = re.sub(r'(["\\])', r"\\\1", local)
    return f'"{escaped}"@{domain}'


def _body(message: Outgoing) -> list[str]:
    """Headers and lines of the text, and of the files where there are any."""
    text = _text(message.text)
    if not message.files:
        return text
    parts = [text, *(_file(item) for item in message.files)]
    boundary = f"=_{sha256(message.key.encode()).hexdigest()[:32]}"
    lines = [f'Content-Type: multipart/mixed; boundary="{boundary}"', ""]
    for part in parts:
        lines += [f"--{boundary}", *part]
    return [*lines, f"--{boundary}--", ""]


def _text(text: str) -> list[str]:
    """The text as a flowed part: as it is where seven bits and short lines suffice, else encoded."""
    text = _CONTROLS.sub("", re.sub("\r\n?|[\x85\u2028\u2029]", "\n", text))
    data = f"{flow(text.rstrip())}\n".encode("utf-8", "replace")
    lines = data.split(b"\n")
    if data.isascii() and max(map(len, lines)) <= _WIDTH:
        return _part("us-ascii", "7bit", data)
    mostly_ascii = sum(byte > 127 for byte in data) * 3 < len(data)
    if mostly_ascii:  # readable in the raw; base64 is shorter for Greek or Chinese
        return _part("utf-8", "quoted-printable", encodestring(data))
    return _part("utf-8", "base64", encodebytes(data.replace(b"\n", b"\r\n")))


def _part(charset: str, encoding: str, data: bytes) -> list[str]:
    return [
        f"Content-Type: text/plain; charset={charset}; format=flowed",
        f"Content-Transfer-Encoding: {encoding}",
        "",
        *data.decode("ascii").split("\n"),
    ]


def _file(item: File) -> list[str]:
    name = _line(item.name, "a file's name") or "attachment"
    kind = item.media_type if _MEDIA_TYPE.fullmatch(item.media_type) else ""
    if not kind or kind.lower().startswith(("message/", "multipart/")):
        kind = "application/octet-stream"  # those may not be encoded (RFC 2046, 5.2.1)
    return [
        f"Content-Type: {kind}",
        "Content-Transfer-Encoding: base64",
        _header("Content-Disposition", ["attachment;", _file_name(name)]),
        "",
        *encodebytes(item.data).decode("ascii").split("\n"),
    ]


def _file_name(name: str) -> str:
    """RFC 2183, 2.3; RFC 2231, 4 for names outside ASCII."""
    if name.isascii() and name.isprintable() and not re.search(r'["\\]', name):
        return f'filename="{name}"'
    return f"filename*=utf-8''{quote(name.encode('utf-8', 'replace'), safe='')}"
