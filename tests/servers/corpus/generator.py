"""The corpus: customer-service mail of a bakery, the same for the same seed."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.servers.corpus.mail import Folder, Mail
from tests.servers.corpus.people import SHOP_ADDRESS, Person, customers
from tests.servers.corpus.plan import Letter, letters
from tests.servers.corpus.render import Rendered, render
from tests.servers.languages import LANGUAGES, Language

END = datetime(2026, 1, 31, 18, 0, tzinfo=UTC)


class Corpus:
    """``messages`` copies of messages in INBOX and Sent, iterated in the order they were received.

    Iterating again yields equal mail. ``distinct`` counts messages, copies counted once. Writing
    10,000 takes a few seconds; only the plan is kept in memory, the bytes are made while iterating.
    """

    def __init__(
        self,
        seed: int = 1,
        messages: int = 10_000,
        customers_count: int | None = None,
        *,
        languages: Sequence[Language] = LANGUAGES,
        years: float = 3.0,
        end: datetime = END,
    ) -> None:
        rng = random.Random(seed)
        count = customers_count or max(len(languages), messages // 15)
        self.people: tuple[Person, ...] = customers(rng, count, languages)
        start = end - timedelta(days=365 * years)
        self._letters = letters(rng, self.people, messages, start, end - timedelta(days=20))
        self._messages = messages
        self._answered = {id(each.parent) for each in self._letters if each.parent is not None}

    def __len__(self) -> int:
        return self._messages

    @property
    def distinct(self) -> int:
        """How many different messages there are."""
        return len(self._letters)

    def __iter__(self) -> Iterator[Mail]:
        number = 0
        for place, letter in enumerate(self._letters):
            first = self._mail(number, place, letter, render(letter))
            yield first
            number += 1
            if letter.twice:
                yield _copy(first, number)
                number += 1

    def _mail(self, number: int, place: int, letter: Letter, made: Rendered) -> Mail:
        folder: Folder = "Sent" if letter.outbound else "INBOX"
        raw = made.raw if letter.outbound else _delivery(letter, "a1") + made.raw
        answered = not letter.outbound and id(letter) in self._answered
        answers = letter.parent.message_id if letter.parent is not None else None
        return Mail(
            number=number,
            key=f"{place}{letter.message_id or '<>'}",
            folder=folder,
            direction="outbound" if letter.outbound else "inbound",
            kind=letter.kind,
            customer=letter.customer.address,
            name=letter.customer.name,
            language=letter.customer.language.code,
            thread=letter.thread,
            date=letter.when,
            message_id=letter.message_id,
            in_reply_to=answers,
            subject=made.subject,
            text=letter.text if letter.kind != "bounce" else "",
            order=letter.about.order,
            form=made.form,
            charset=made.charset,
            files=made.files,
            copy_of=None,
            seen=letter.outbound or answered or letter.when < END - timedelta(days=30),
            answered=answered,
            raw=raw.replace(b"\n", b"\r\n"),
        )


def _copy(first: Mail, number: int) -> Mail:
    """The same message once more in the inbox, with the headers of another delivery."""
    received = _received(first.date + timedelta(seconds=2), "b2", "bakery.example")
    head = f"Return-Path: <{SHOP_ADDRESS}>\nDelivered-To: team@bakery.example\n{received}"
    raw = head.replace("\n", "\r\n").encode() + first.raw
    return replace(first, number=number, folder="INBOX", copy_of=first.number, raw=raw)


def _delivery(letter: Letter, host: str) -> bytes:
    sender = "" if letter.kind != "letter" else letter.writer.written
    domain = letter.writer.language.domain
    received = _received(letter.when + timedelta(seconds=1), host, domain)
    return f"Return-Path: <{sender}>\nDelivered-To: {SHOP_ADDRESS}\n{received}".encode()


def _received(when: datetime, host: str, domain: str) -> str:
    return (
        f"Received: from out.{domain} (out.{domain} [192.0.2.7])\n"
        f"\tby {host}.bakery.example with ESMTPS; {when:%a, %d %b %Y %H:%M:%S} +0000\n"
    )
