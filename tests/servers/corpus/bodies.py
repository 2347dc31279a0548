"""MIME bodies: a letter's words and quotes as plain text, flowed text, HTML, or several of them."""

import base64
import binascii
import html
import random
import struct
import textwrap
import zlib
from dataclasses import dataclass

from tests.servers.corpus import headers
from tests.servers.corpus.plan import Letter

WIDE = ("ja", "zh")
QUOTE_LINES = 60


@dataclass(frozen=True, slots=True)
class Part:
    """One MIME part: its header lines (no final newline) and its encoded body."""

    head: str
    body: bytes

    def bytes(self) -> bytes:
        """The part as it stands in a multipart body."""
        return self.head.encode() + b"\n\n" + self.body


def text_part(text: str, charset: str, rng: random.Random, kind: str = "plain") -> Part:
    """A text part in ``charset`` (UTF-8 if that cannot hold it), transfer-encoded."""
    data, label = headers.encode(text, charset)
    how, body = _transfer(data, rng)
    flowed = "; format=flowed" if kind == "flowed" else ""
    subtype = "plain" if kind == "flowed" else kind
    head = f"Content-Type: text/{subtype}; charset={label}{flowed}\nContent-Transfer-Encoding: {how}"
    return Part(head, body)


def _transfer(data: bytes, rng: random.Random) -> tuple[str, bytes]:
    if data.isascii() and max(map(len, data.split(b"\n"))) < 900:
        return "7bit", data
    choice = rng.random()
    if choice < 0.5:
        return "quoted-printable", binascii.b2a_qp(data, istext=True)
    if choice < 0.85 or max(map(len, data.split(b"\n"))) >= 900:
        return "base64", base64.encodebytes(data)
    return "8bit", data


def multipart(subtype: str, parts: list[Part], seed: int) -> Part:
    """``parts`` between boundary lines."""
    boundary = f"=_{subtype[:3]}_{seed:08x}"
    lines = b"".join(b"--%s\n%s\n" % (boundary.encode(), part.bytes()) for part in parts)
    closing = b"--%s--\n" % boundary.encode()
    return Part(f'Content-Type: multipart/{subtype};\n boundary="{boundary}"', lines + closing)


def plain(letter: Letter) -> str:
    """Words, signature and quote as plain text, wrapped as the writer's program wraps."""
    own = _wrap(letter.text, letter.writer.language.code, signature(letter))
    quote = _plain_quote(letter)
    return f"{own}\n\n{quote}\n" if quote else f"{own}\n"


def flowed(letter: Letter) -> str:
    """RFC 3676: soft breaks are lines that end in a space; quotes keep their depth marks."""
    own = letter.text.split("\n")
    soft = [" \n".join(textwrap.wrap(line, 70)) if line else "" for line in own]
    quote = _plain_quote(letter)
    return "\n".join(soft) + (f"\n\n{quote}\n" if quote else "\n")


def signature(letter: Letter) -> str:
    """What the program adds below the words, or nothing."""
    if letter.writer.program.signs_as_phone:
        return f"\n\n{letter.writer.language.phone_signature}"
    if letter.outbound:
        return "\n\n-- \nSunrise Bakery · 12 Mill Lane · hello@bakery.example"
    return ""


def _wrap(text: str, code: str, end: str) -> str:
    if code in WIDE:
        return text + end
    lines = (textwrap.fill(line, 74) if len(line) > 74 else line for line in text.split("\n"))
    return "\n".join(lines) + end


def _plain_quote(letter: Letter) -> str:
    above, style = letter.parent, letter.writer.program.quoting
    if above is None or style == "none":
        return ""
    below = plain(above).rstrip("\n").split("\n")[:QUOTE_LINES]
    if style == "block":
        return "\n".join([_block_head(letter, above), "", *below])
    marked = [f">{line}" if line.startswith(">") else f"> {line}".rstrip() for line in below]
    return "\n".join([attribution(letter, above), *marked])


def attribution(letter: Letter, above: Letter) -> str:
    """ "On … wrote:" in the writer's language."""
    language = letter.writer.language
    who = above.writer
    return language.attribution.format(
        date=language.moment(above.when), name=who.name or who.address, address=who.written
    )


def _block_head(letter: Letter, above: Letter) -> str:
    labels, language = letter.writer.language.labels, letter.writer.language
    who = f"{above.writer.name} <{above.writer.written}>".strip()
    return (
        f"-----{labels.original}-----\n{labels.sender}: {who}\n"
        f"{labels.sent}: {language.moment(above.when)}\n"
        f"{labels.to}: {above.reader.name} <{above.reader.written}>\n"
        f"{labels.subject}: {above.about.fill(above.about.topic.subject)}"
    )


def markup(letter: Letter, depth: int = 0) -> str:
    """Words and quote as HTML in the manner of the writer's program; quotes at most 6 deep."""
    paragraphs = "".join(f"<p>{_lines(each)}</p>\n" for each in letter.text.split("\n\n"))
    own = f"{paragraphs}{_html_signature(letter)}"
    if letter.parent is None or letter.writer.program.quoting == "none" or depth >= 6:
        return own
    return own + _html_quote(letter, letter.parent, markup(letter.parent, depth + 1))


def _lines(text: str) -> str:
    return html.escape(text, quote=False).replace("\n", "<br>\n")


def _html_signature(letter: Letter) -> str:
    end = signature(letter).strip()
    return f'<div class="signature">{_lines(end)}</div>\n' if end else ""


def _html_quote(letter: Letter, above: Letter, inner: str) -> str:
    program = letter.writer.program.name
    if program == "outlook":
        head = _lines(_block_head(letter, above).partition("\n")[2])
        return f'<hr style="width:98%"><div id="divRplyFwdMsg" dir="ltr">{head}</div>\n{inner}'
    said = _lines(attribution(letter, above))
    if program == "gmail":
        return (
            f'<div class="gmail_quote"><div dir="ltr" class="gmail_attr">{said}<br></div>'
            f'<blockquote class="gmail_quote" style="margin:0 0 0 .8ex">{inner}</blockquote></div>'
        )
    return f'<div>{said}</div><blockquote type="cite">{inner}</blockquote>'


OFFICE_STYLE = (
    "<style><!--\n/* Style Definitions */\n"
    + "".join(
        f"p.MsoNormal{n}, li.MsoNormal{n}, div.MsoNormal{n}\n\t{{margin:0cm;\n\tfont-size:{n}.0pt;"
        '\n\tfont-family:"Calibri",sans-serif;\n\tmso-fareast-language:EN-US;}\n'
        for n in range(8, 32)
    )
    + "@page WordSection1\n\t{size:612.0pt 792.0pt;\n\tmargin:70.85pt 70.85pt 2.0cm 70.85pt;}\n"
    "--></style>"
)


def page(inner: str, charset: str, *, styled: bool) -> str:
    """A whole HTML document around ``inner``; ``styled`` adds the style sheet Outlook adds."""
    style = OFFICE_STYLE if styled else ""
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return f'<html><head>{meta}{style}</head>\n<body dir="ltr">\n{inner}</body></html>\n'


def picture(rng: random.Random) -> bytes:
    """A real PNG in a random pattern, of 1 to 90 kB."""
    width, height = rng.choice((24, 60, 60, 120, 200)), rng.choice((16, 50, 150))
    rows = b"".join(b"\0" + rng.randbytes(width * 3) for _ in range(height))
    chunks = ((b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)),
              (b"IDAT", zlib.compress(rows, 0)), (b"IEND", b""))  # fmt: skip
    body = b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + body


def document(title: str) -> bytes:
    """A small PDF that says ``title``."""
    said = title.encode("ascii", "replace")
    return (
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n"
        b"2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"
        b"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 300 200]>>endobj\n"
        b"% " + said + b"\ntrailer<</Root 1 0 R>>\n%%EOF\n"
    )


def file_part(kind: str, data: bytes, disposition: str) -> Part:
    """A base64 part; ``disposition`` is the rest of its header lines."""
    head = f"Content-Type: {kind}\nContent-Transfer-Encoding: base64\n{disposition}"
    return Part(head, base64.encodebytes(data))
