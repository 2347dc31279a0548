"""A planned letter as the bytes of a message, and what is known about it. Same letter, same bytes."""

import random
from dataclasses import dataclass
from datetime import datetime

from tests.servers.corpus import bodies, headers, notices
from tests.servers.corpus.bodies import Part
from tests.servers.corpus.people import OUTLOOK, SHOP_ADDRESS, Form, Person
from tests.servers.corpus.plan import Letter

FILES = {
    "en": "invoice {order}.pdf", "de": "Rechnung für {order}.pdf", "fr": "reçu {order}.pdf",
    "es": "factura año {order}.pdf", "pt": "fatura nº {order}.pdf", "pl": "załącznik {order}.pdf",
    "ja": "領収書{order}.pdf", "zh": "发票{order}.pdf",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Rendered:
    """A message's bytes (lines end in LF), its decoded subject, and what its body is made of."""

    raw: bytes
    subject: str
    form: Form | str
    charset: str
    files: tuple[str, ...]


def render(letter: Letter) -> Rendered:
    """The message as it left its writer's program, before any server added a header."""
    rng = random.Random(letter.seed)
    if letter.kind == "bounce":
        return _bounce(letter, rng)
    form = "plain" if letter.kind == "away" else rng.choice(letter.writer.program.forms)
    part, files = _with_files(letter, _body(letter, form, rng), rng)
    subject = subject_of(letter)
    lines = [*_envelope(letter, subject, rng), *_threading(letter), *_extras(letter)]
    head = "\n".join([*lines, "MIME-Version: 1.0", part.head])
    return Rendered(_encoded(head, letter) + b"\n\n" + part.body, subject, form, letter.writer.charset, files)


def subject_of(letter: Letter) -> str:
    """The subject, with the writer's reply prefix unless it starts its thread."""
    subject = letter.about.fill(letter.about.topic.subject)
    if letter.kind == "away":
        return letter.writer.language.away_prefix + subject
    return letter.writer.language.reply_prefix + subject if letter.parent else subject


def _body(letter: Letter, form: str, rng: random.Random) -> Part:
    charset = letter.writer.charset
    if form == "flowed":
        return bodies.text_part(bodies.flowed(letter), charset, rng, "flowed")
    plain = bodies.text_part(bodies.plain(letter), charset, rng)
    if form == "plain":
        return plain
    styled = letter.writer.program is OUTLOOK
    document = bodies.page(bodies.markup(letter), charset, styled=styled)
    rich = bodies.text_part(document, charset, rng, "html")
    return rich if form == "html" else bodies.multipart("alternative", [plain, rich], letter.seed)


def _with_files(letter: Letter, body: Part, rng: random.Random) -> tuple[Part, tuple[str, ...]]:
    chance = rng.random()
    if letter.kind != "letter" or chance > 0.16:
        return body, ()
    if chance > 0.12 and "text/html" in body.head:
        shown = 'Content-ID: <image001.png@01DA>\nContent-Disposition: inline; filename="image001.png"'
        image = bodies.file_part("image/png", bodies.picture(rng), shown)
        return bodies.multipart("related", [body, image], letter.seed ^ 1), ("image001.png",)
    name = letter.about.fill(FILES[letter.writer.language.code])
    if not letter.outbound:
        name = f"IMG_{rng.randrange(10_000):04d}.png"
    disposition = headers.file_name_parameter(name, letter.writer.charset, rng.randrange(2))
    data = bodies.picture(rng) if name.endswith("png") else bodies.document(letter.about.order)
    kind = "image/png" if name.endswith("png") else "application/pdf"
    attached = bodies.file_part(kind, data, f"Content-Disposition: attachment;\n {disposition}")
    return bodies.multipart("mixed", [body, attached], letter.seed ^ 2), (name,)


def _envelope(letter: Letter, subject: str, rng: random.Random) -> list[str]:
    charset, quoted = letter.writer.charset, rng.random() < 0.3
    raw = letter.writer.program.raw_headers and rng.random() < 0.5
    written = subject if raw else headers.words(subject, charset, quoted=quoted)
    lines = [
        f"From: {_who(letter.writer, charset, quoted)}",
        f"To: {_who(letter.reader, charset, quoted)}",
        f"Subject: {written}",
        f"Date: {headers.date(_claimed(letter, rng), rng)}",
    ]
    if letter.message_id:
        lines.append(f"Message-ID: {letter.message_id}")
    if letter.outbound and letter.twice:
        lines.append(f"Cc: {SHOP_ADDRESS}")
    return lines


def _claimed(letter: Letter, rng: random.Random) -> datetime:
    """When the writer's clock says it is: one clock in four hundred is years wrong."""
    wrong = not letter.outbound and rng.random() < 0.0025
    return letter.when.replace(year=rng.choice((1970, 2001, 2038)), day=1) if wrong else letter.when


def _who(person: Person, charset: str, quoted: bool) -> str:
    return headers.mailbox(person.name, person.written, charset, quoted=quoted)


def _threading(letter: Letter) -> list[str]:
    ids = [each.message_id for each in letter.ancestors() if each.message_id]
    if letter.parent is None or letter.writer.program.id_style == "none" or not ids:
        return []
    lines = [headers.references(ids)]
    if letter.parent.message_id:
        lines.insert(0, f"In-Reply-To: {letter.parent.message_id}")
    return lines


def _extras(letter: Letter) -> list[str]:
    lines = [letter.writer.program.agent_header] if letter.writer.program.agent_header else []
    if letter.kind == "away":
        lines += ["Auto-Submitted: auto-replied", "X-Auto-Response-Suppress: All"]
    if letter.writer.program is OUTLOOK:
        lines.append(f"Thread-Index: Adr{letter.seed:08x}AAAAA==")
    return lines


def _encoded(head: str, letter: Letter) -> bytes:
    """ASCII in nearly all mail; old programs put raw eight-bit bytes into headers."""
    if head.isascii():
        return head.encode()
    return headers.encode(head, letter.writer.charset)[0]


def _bounce(letter: Letter, rng: random.Random) -> Rendered:
    if letter.parent is None:
        raise ValueError("a bounce is always about a letter")
    part = notices.bounce(letter, render(letter.parent).raw, rng)
    subject = "Undelivered Mail Returned to Sender"
    lines = [
        "From: Mail Delivery System <MAILER-DAEMON@mx.bakery.example>",
        f"To: {SHOP_ADDRESS}",
        f"Subject: {subject}",
        f"Date: {headers.date(letter.when, rng)}",
        f"Message-ID: {letter.message_id}",
        "Auto-Submitted: auto-replied",
        "MIME-Version: 1.0",
        part.head,
    ]
    return Rendered("\n".join(lines).encode() + b"\n\n" + part.body, subject, "report", "us-ascii", ())
