"""What a mail says and carries: parts chosen, decoded, named."""

from base64 import b64encode

import pytest

from adapters._bodies import ENCRYPTED, MAX_TEXT, SHORTENED
from adapters._calendar import summary
from tests.adapters.mails import from_ana, multipart, received

PLAIN = "Content-Type: text/plain; charset=utf-8\n\nPlain olá"
HTML = "Content-Type: text/html; charset=utf-8\n\n<p>Rich <b>olá</b></p>"
PNG = "Content-Type: image/png\nContent-Transfer-Encoding: base64\n"


def test_plain_text() -> None:
    got = received(from_ana("Content-Type: text/plain; charset=utf-8", "Olá\n\nmundo\n"))
    assert (got.text, got.quoted, got.files, got.notices) == ("Olá\n\nmundo", "", (), ())


def test_html() -> None:
    assert received(from_ana("Content-Type: text/html; charset=utf-8", "<p>a<p>b")).text == "a\n\nb"


def test_the_charset_of_html_may_stand_in_it() -> None:
    body = '<meta charset="windows-1250"><p>przyszła'.encode("cp1250")
    assert received(from_ana("Content-Type: text/html", body)).text == "przyszła"


def test_html_that_calls_itself_plain() -> None:
    assert received(from_ana("", "<html><body><p>a<p>b</body></html>")).text == "a\n\nb"


def test_of_alternatives_the_plain_one() -> None:
    assert received(multipart("alternative", PLAIN, HTML)).text == "Plain olá"
    assert received(multipart("alternative", HTML, PLAIN)).text == "Plain olá"


@pytest.mark.parametrize(
    "hint", ["", " \n\n", "Please use an HTML viewer to read this.", "View this in your browser"]
)
def test_unless_it_says_nothing(hint: str) -> None:
    assert received(multipart("alternative", f"Content-Type: text/plain\n\n{hint}", HTML)).text == "Rich olá"


def test_a_plain_alternative_alone() -> None:
    assert (
        received(multipart("alternative", "Content-Type: text/plain\n\nSee my browser")).text
        == "See my browser"
    )


def test_texts_around_a_picture_are_one() -> None:
    got = received(
        multipart("mixed", PLAIN, f'{PNG}Content-Disposition: inline; filename="a.png"\n\nAAAA', PLAIN)
    )
    assert got.text == "Plain olá\n\nPlain olá"
    assert [(file.name, file.media_type, file.data) for file in got.files] == [
        ("a.png", "image/png", b"\0\0\0")
    ]


def test_pictures_shown_in_html_are_kept_when_the_plain_text_is_read() -> None:
    related = (
        'Content-Type: multipart/related; boundary="=_r"\n\n'
        f"--=_r\n{HTML}\n--=_r\n{PNG}Content-ID: <i>\n\nAAAA\n--=_r--"
    )
    got = received(multipart("alternative", PLAIN, related))
    assert got.text == "Plain olá"
    assert [file.name for file in got.files] == ["image.png"]


def test_quotations_are_apart() -> None:
    got = received(
        from_ana("", "Yes.\n\nOn 4 March 2026 at 9:00, Shop <support@shop.example> wrote:\n> When?\n")
    )
    assert got.text == "Yes."
    assert got.quoted.endswith("> When?")


def test_flowed_text() -> None:
    body = "A paragraph that \ngoes on.\n> quoted \n> too\n From here\n-- \nAna \nSousa\n"
    got = received(from_ana("Content-Type: text/plain; format=flowed", f"{body}\nend"))
    assert got.text.startswith("A paragraph that goes on.\n> quoted too\nFrom here")


def test_flowed_text_without_spaces() -> None:
    got = received(from_ana("Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes", "日本 \n語"))
    assert got.text == "日本語"


@pytest.mark.parametrize(
    ("headers", "name"),
    [
        ('Content-Disposition: attachment; filename="bill.pdf"', "bill.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''na%C3%AFve.pdf", "naïve.pdf"),
        ('Content-Disposition: attachment; filename="=?utf-8?q?na=C3=AFve=2Epdf?="', "naïve.pdf"),
        ("Content-Disposition: attachment; filename=../../etc/passwd", "passwd"),
        ('Content-Disposition: attachment; filename="/"', "attachment"),
        ("Content-Disposition: attachment; filename=.bashrc", "bashrc"),
        ("Content-Disposition: attachment; filename*=utf-8''fdp%E2%80%AEexe.pdf", "fdp(U+202E)exe.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''a%1B%5D0%3Bx%07b%0Ac.pdf", "ab c.pdf"),
        ("Content-Disposition: attachment", "attachment.pdf"),
    ],
)
def test_names_of_files(headers: str, name: str) -> None:
    got = received(multipart("mixed", PLAIN, f"Content-Type: application/pdf\n{headers}\n\n%PDF"))
    assert [file.name for file in got.files] == [name]


def test_a_name_in_the_content_type_only() -> None:
    got = received(multipart("mixed", PLAIN, 'Content-Type: application/pdf; name="bill.pdf"\n\n%PDF'))
    assert [(file.name, file.data) for file in got.files] == [("bill.pdf", b"%PDF")]


def test_an_attached_text_is_a_file() -> None:
    attached = 'Content-Type: text/plain\nContent-Disposition: attachment; filename="log.txt"\n\nlog'
    got = received(multipart("mixed", PLAIN, attached))
    assert (got.text, [file.name for file in got.files]) == ("Plain olá", ["log.txt"])


def test_a_named_text_is_the_body_when_nothing_else_is() -> None:
    got = received(from_ana('Content-Type: text/plain; name="message.txt"', "Hello"))
    assert (got.text, got.files) == ("Hello", ())


def test_a_mail_within_the_mail_is_a_file() -> None:
    inner = "Content-Type: message/rfc822\n\nFrom: x@y.example\nSubject: =?utf-8?q?Ol=C3=A1?=\n\nInner"
    got = received(multipart("mixed", PLAIN, inner))
    assert [(file.name, file.media_type) for file in got.files] == [("Olá.eml", "message/rfc822")]
    assert got.files[0].data.endswith(b"\r\n\r\nInner")


def test_a_winmail_file_stays_a_file() -> None:
    got = received(multipart("mixed", PLAIN, 'Content-Type: application/ms-tnef; name="winmail.dat"\n\nx'))
    assert [file.name for file in got.files] == ["winmail.dat"]


def test_a_signed_mail_is_read_without_its_signature() -> None:
    signature = (
        'Content-Type: application/pgp-signature; name="signature.asc"\n\n-----BEGIN PGP SIGNATURE-----'
    )
    got = received(multipart("signed", PLAIN, signature))
    assert (got.text, got.files, got.notices) == ("Plain olá", (), ())


@pytest.mark.parametrize(
    "mail",
    [
        multipart(
            "encrypted",
            "Content-Type: application/pgp-encrypted\n\nVersion: 1",
            'Content-Type: application/octet-stream; name="encrypted.asc"\n\n-----BEGIN PGP MESSAGE-----',
        ),
        from_ana("Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m", "AAAA"),
        from_ana("", "-----BEGIN PGP MESSAGE-----\n\nabc\n-----END PGP MESSAGE-----"),
    ],
    ids=["PGP/MIME", "S/MIME", "PGP"],
)
def test_what_is_encrypted_is_said_to_be(mail: bytes) -> None:
    assert ENCRYPTED in received(mail).notices


def test_a_very_long_text_is_shortened_and_says_so() -> None:
    got = received(from_ana("", "word " * 100_000))
    assert len(got.text) == MAX_TEXT
    assert SHORTENED in got.notices
    assert got.raw is not None
    assert len(got.raw) > 2 * MAX_TEXT


def test_nothing_in_a_text_reaches_the_terminal() -> None:
    body = "a\x1b]52;c;QUJD\x07b\x9b2Jc\u202ed".encode()
    got = received(from_ana("Content-Type: text/plain; charset=utf-8", body))
    assert got.text == "abc<U+202E>d"


EVENT = """BEGIN:VCALENDAR
METHOD:REQUEST
BEGIN:VEVENT
SUMMARY:Tasting\\, with
  cake
DTSTART;TZID="Europe/Lisbon":20260310T150000
DTEND;TZID=Europe/Lisbon:20260310T160000
LOCATION:12 Mill Lane\\nback door
ORGANIZER;CN="Ana: Sousa":mailto:ana@example.com
END:VEVENT
END:VCALENDAR
"""


def test_an_invitation_is_readable_and_kept() -> None:
    got = received(multipart("alternative", PLAIN, f"Content-Type: text/calendar; method=REQUEST\n\n{EVENT}"))
    assert got.text == (
        "Plain olá\n\nInvitation: Tasting, with cake\nWhen: 2026-03-10 15:00 to 16:00 (Europe/Lisbon)\n"
        "Where: 12 Mill Lane back door\nFrom: ana@example.com"
    )
    assert [file.name for file in got.files] == ["invite.ics"]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("METHOD:REQUEST", "METHOD:CANCEL", "Cancelled: Tasting, with cake"),
        ("METHOD:REQUEST", "X:Y", "Event: Tasting, with cake"),
        (
            'DTSTART;TZID="Europe/Lisbon":20260310T150000',
            "DTSTART:20260310T150000Z",
            "When: 2026-03-10 15:00 UTC to 16:00",
        ),
        ('DTSTART;TZID="Europe/Lisbon":20260310T150000', "DTSTART:nonsense", "Where: 12 Mill Lane back door"),
    ],
)
def test_invitations_of_all_kinds(old: str, new: str, line: str) -> None:
    assert line in summary(EVENT.replace(old, new)).split("\n")


def test_an_event_of_whole_days() -> None:
    event = "BEGIN:VEVENT\nDTSTART;VALUE=DATE:20260310\nDTEND;VALUE=DATE:20260312\nEND:VEVENT"
    assert summary(event) == "Event: (no title)\nWhen: 2026-03-10 to 2026-03-12"


def test_an_answer_to_an_invitation() -> None:
    attendee = "ATTENDEE;PARTSTAT=ACCEPTED;CN=Ana:mailto:ana@example.com\nEND:VEVENT"
    text = summary(EVENT.replace("REQUEST", "REPLY").replace("END:VEVENT", attendee))
    assert text.startswith("Answer to an invitation: Tasting")
    assert text.endswith("Answer: ana@example.com accepted")


def test_a_calendar_without_events_says_nothing() -> None:
    assert summary("BEGIN:VCALENDAR\nEND:VCALENDAR") == summary("") == ""


def test_a_mail_of_nothing_but_a_file() -> None:
    body = b64encode(b"%PDF-1.7").decode()
    got = received(from_ana("Content-Type: application/pdf\nContent-Transfer-Encoding: base64", body))
    assert (got.text, [(file.name, file.data) for file in got.files]) == (
        "",
        [("attachment.pdf", b"%PDF-1.7")],
    )
