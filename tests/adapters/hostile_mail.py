"""Mail written to make a parser raise, stall or believe something."""

HEAD = b"From: Ana <ana@example.com>\r\nMessage-ID: <1@example.com>\r\nSubject: x\r\n"

MALFORMED_HEADERS: dict[str, bytes] = {
    "an open quote": b'From: "',
    "an open angle": b"From: <",
    "an open domain": b"From: a@[",
    "an open literal": b"From: a@[127.0.0.1",
    "an empty id": b"From: a@b.example\r\nMessage-ID: <>",
    "a broken id": b"From: a@b.example\r\nMessage-ID: <[",
    "an encoded line end before an address": b"From: =?utf-8?q?=0D=0ABcc=3A_x@evil.test?= <a@b.example>",
    "three thousand brackets": b"From: " + b"(" * 3_000,
    "three thousand brackets and an address": b"From: " + b"(" * 3_000 + b" a@b.example",
    "no header at all": b"",
    "no From": b"Subject: x",
    "an empty From": b"From:",
    "an empty group": b"From: undisclosed-recipients:;",
    "several From": b"From: a@b.example, c@d.example\r\nFrom: e@f.example",
    "an unknown charset": b"From: a@b.example\r\nSubject: =?x-nothing?q?a=E9b?=",
    "a charset that is no text": b"From: a@b.example\r\nSubject: =?base64?q?YQ==?= =?zip?b?YQ==?=",
    "a charset with a null": b"From: a@b.example\r\nSubject: =?utf\0-8?q?a?=",
    "broken base64": b"From: a@b.example\r\nSubject: =?utf-8?b?Y?= =?utf-8?b?====?=",
    "bytes that are no text": b"From: \xff\xfe\x80 <a@b.example>\r\nSubject: \x80\x81\xff",
    "nulls": b"From: a\0b@b.example\r\nSubject: a\0b",
    "a lone carriage return": b"From: a@b.example\rBcc: x@evil.test",
    "a broken date": b"From: a@b.example\r\nDate: Mon, 99 Foo 20234 99:99:99 +9999",
    "a date out of range": b"From: a@b.example\r\nDate: Mon, 1 Jan 99999 00:00:00 +0000",
    "a zone out of range": b"From: a@b.example\r\nDate: Mon, 1 Jan 2024 00:00:00 +9999",
    "a broken type": b"From: a@b.example\r\nContent-Type: ;;;=;",
    "a type without a subtype": b"From: a@b.example\r\nContent-Type: text",
    "an unknown encoding": b"From: a@b.example\r\nContent-Transfer-Encoding: x-none",
    "an unknown charset of the body": b"From: a@b.example\r\nContent-Type: text/plain; charset=x-nothing",
    "a charset of two words": b'From: a@b.example\r\nContent-Type: text/plain; charset="utf 8\xff"',
    "a boundary of nothing": b'From: a@b.example\r\nContent-Type: multipart/mixed; boundary=""',
    "no boundary": b"From: a@b.example\r\nContent-Type: multipart/mixed",
    "a multipart in base64": (
        b"From: a@b.example\r\nContent-Type: multipart/mixed; boundary=x\r\nContent-Transfer-Encoding: base64"
    ),
    "sections without end": b"From: a@b.example\r\nContent-Type: text/plain; "
    + b"; ".join(b"name*%d*=utf-8''%%" % n for n in range(1_000)),
    "references as prose": b"From: a@b.example\r\nReferences: your mail of today\r\nIn-Reply-To: <\xff\xfe>",
    "a header without a colon": b"From: a@b.example\r\nthis is no header",
    "a header that is folded only": b"From: a@b.example\r\n \r\n \r\n x",
    "a header name of bytes": b"\xff\xfe: x\r\nFrom: a@b.example",
    "a local part of 100,000": b"From: " + b"a" * 100_000 + b"@b.example",
    "a domain of 100,000": b"From: a@" + b"b" * 100_000,
}

SLOW: dict[str, bytes] = {
    "deep multiparts": HEAD
    + b"".join(
        b'Content-Type: multipart/mixed; boundary="b%d"\r\n\r\n--b%d\r\n' % (n, n) for n in range(20_000)
    ),
    "deep messages": HEAD + b"Content-Type: message/rfc822\r\n\r\n" * 20_000,
    "one boundary, many levels": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" * 15_000,
    "many parts": HEAD + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + b"--b\r\n\r\nx\r\n" * 100_000,
    "many headers": HEAD + b"".join(b"X-%d: y\r\n" % n for n in range(80_000)) + b"\r\nx",
    "one header many times": HEAD + b"References: <a@b>\r\n" * 50_000 + b"\r\nx",
    "a folded header": HEAD + b"X: a\r\n" + b" b\r\n" * 200_000 + b"\r\nx",
    "ids": HEAD + b"References: " + b"<a@b> " * 150_000 + b"\r\n\r\nx",
    "open ids": HEAD + b"References: " + b"<" * 900_000 + b"\r\n\r\nx",
    "recipients": HEAD + b"To: " + b"a@b.example, " * 70_000 + b"\r\n\r\nx",
    "open quotes": HEAD + b"To: " + b'"' * 900_000 + b"\r\n\r\nx",
    "escaped quotes": HEAD + b"To: " + b'"\\' * 450_000 + b"\r\n\r\nx",
    "brackets": HEAD + b"To: " + b"(" * 900_000 + b"\r\n\r\nx",
    "closed brackets": HEAD + b"To: " + b"()" * 450_000 + b"\r\n\r\nx",
    "backslashes": HEAD + b"To: (" + b"\\" * 900_000 + b"\r\n\r\nx",
    "groups": HEAD + b"To: " + b"a:" * 450_000 + b"\r\n\r\nx",
    "encoded words": HEAD + b"Subject: " + b"=?utf-8?q?a?= " * 60_000 + b"\r\n\r\nx",
    "half an encoded word": HEAD + b"Subject: " + b"=?a?b?" * 150_000 + b"\r\n\r\nx",
    "encoded words in names": HEAD + b"To: " + b"=?utf-8?b?YQ?= " * 60_000 + b"<a@b.c>\r\n\r\nx",
    "parameters": HEAD + b"Content-Type: text/plain" + b"; a=b" * 150_000 + b"\r\n\r\nx",
    "open parameters": HEAD + b"Content-Type: text/plain" + b'; a="\\' * 120_000 + b"\r\n\r\nx",
    "sections": HEAD
    + b"Content-Type: text/plain"
    + b"".join(b"; name*%d*=utf-8''%%41" % n for n in range(30_000))
    + b"\r\n\r\nx",
    "boundaries that are none": HEAD
    + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n"
    + b"--b--b--b x\r\n" * 80_000,
    "a boundary of one dash": HEAD + b'Content-Type: multipart/mixed; boundary="-"\r\n\r\n' + b"-" * 900_000,
    "padding": HEAD + b"Content-Transfer-Encoding: base64\r\n\r\n" + b"YQ==" * 230_000,
    "soft line breaks": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=\r\n" * 300_000,
    "equals": HEAD + b"Content-Transfer-Encoding: quoted-printable\r\n\r\n" + b"=" * 900_000,
    "uuencode": HEAD
    + b"Content-Transfer-Encoding: x-uuencode\r\n\r\nbegin 644 x\r\n"
    + b"M" * 60
    + b"\r\nzzz\r\n" * 150_000,
    "flowed": HEAD + b"Content-Type: text/plain; format=flowed\r\n\r\n" + b"> a \r\n" * 150_000,
    "a calendar": HEAD + b"Content-Type: text/calendar\r\n\r\n" + b"BEGIN:VEVENT\r\nSUMMARY:x\r\n" * 30_000,
    "a calendar of one line": HEAD + b"Content-Type: text/calendar\r\n\r\nA;" + b'B="' * 60_000,
    "a report": HEAD
    + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    + b"Action: failed\r\n\r\n" * 50_000,
    "a report of one field": HEAD
    + b"Content-Type: multipart/report; boundary=b\r\n\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n"
    + b"Action: a\r\n"
    + b" b\r\n" * 150_000,
    "ids of ours that are none": b"From: mailer-daemon@example.com\r\nSubject: failure notice\r\n\r\n"
    + b"<a-b.0123456789abcdef01234567@x> " * 30_000,
    "punycode": HEAD
    + b"Content-Type: text/plain; charset=punycode\r\n\r\n"
    + b"a" * 300_000
    + b"-"
    + b"9" * 300_000,
    "utf-7": HEAD + b"Content-Type: text/plain; charset=utf-7\r\n\r\n" + b"+AGE-" * 150_000,
    "iso-2022-jp": HEAD
    + b"Content-Type: text/plain; charset=iso-2022-jp\r\n\r\n"
    + b"\x1b$B\x1b(B" * 150_000,
    "hz": HEAD + b"Content-Type: text/plain; charset=hz\r\n\r\n" + b"~{" * 400_000,
    "old line ends": HEAD.replace(b"\r\n", b"\r") + b"\r" * 900_000,
    "blank lines": b"\r\n" * 400_000 + HEAD,
    "nothing but nulls": b"\0" * 1_000_000,
    "escape sequences": HEAD + b"\r\n" + b"\x1b]0;x\x07" * 150_000,
    "marks": HEAD + b"Content-Type: text/plain; charset=utf-8\r\n\r\na" + "\u0301".encode() * 400_000,
    "lines": HEAD + b"\r\n" + b"On 1.1.2024 10:10 a@b wrote:\r\n" * 30_000,
}
