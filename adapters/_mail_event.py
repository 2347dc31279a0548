"""One mail read: who wrote it, when, in which thread, what it says, and what to doubt about it.

Pure, bounded and never raising. The account's own secret tells its ids from inventions; the folder a mail lay in tells
whether we wrote it (only we can put mail among the sent): a From line proves nothing. Bodies are read by `_bodies`,
reports by `_reports`, headers by `_headers`.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from hashlib import sha256

from adapters._addresses import mailboxes
from adapters._bodies import read_body
from adapters._message_ids import own_key
from adapters._mime import Account, Mail, unreadable
from adapters._parts import Part, read_parts
from adapters._reports import is_daemon, read_report
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, Progress, Received
from agent_tui.core.clock import truncate
from agent_tui.core.language import _

_BLANKS = b" \t\r\n\x0b\x0c"
_FAR = timedelta(days=1)
_AUTO_SUBJECT = re.compile(
    r"\s*(?:auto(?:matic)?[ -]?reply|automatische antwort|automatisch antwoord|réponse automatique"
    r"|respuesta automática|resposta automática|risposta automatica|autosvar|automatyczna odpowiedź"
    r"|автоответ|автоматический ответ|otomatik yanıt|自動応答|自動返信|自动回复|자동 회신|out of (?:the )?office"
    r"|abwesenheit|abwesend|absence du bureau|fuera de la oficina|fora do escritório|fuori sede)[^:：]{0,30}[:：]",
    re.IGNORECASE,
)
_BULK = frozenset({"bulk", "list", "junk", "auto_reply"})


class MailEvent:
    """Reads one mail."""

    def __init__(self, mail: Mail, account: Account) -> None:
        self._mail, self._account = mail, account
        self._parts = read_parts(mail.raw)
        self._headers = self._parts.headers
        self._headers.charset = _charset(self._parts)
        self._ids = self._headers.ids("message-id")[:1]

    def event(self) -> Event:
        sender = self._sender()
        if not self._mail.sent:
            report = read_report(self._parts, sender and sender[1], self._account.secret)
            if report:
                return Progress(key=report.key, delivery=report.delivery, at=self._at(), error=report.error)
        if sender is None:
            return unreadable(self._mail, _("it does not say who sent it"))
        return self._received(*sender)

    def _sender(self) -> tuple[str, Address] | None:
        """Who wrote it: the first of From; where that is broken, the next best header."""
        found = (self._headers.mailboxes(name) for name in ("from", "sender", "reply-to", "return-path"))
        return next((entries[0] for entries in found if entries), None)

    def _received(self, name: str, sender: Address) -> Received:
        headers, body = self._headers, read_body(self._parts)
        key = own_key(self._ids[0], self._account.secret) if self._ids else None
        ours = self._mail.sent or (key is not None and sender in self._account.own)
        doubts = [] if ours else self._doubts(name, sender)
        answers = headers.mailboxes("reply-to")
        if not ours and sender in self._account.own:
            name, sender = next(self._strangers(), (name, sender))  # a form on our own website
        to, cc, bcc = ([a for _other, a in headers.mailboxes(n)] for n in ("to", "cc", "bcc"))
        reply_to = tuple(dict.fromkeys(a for _other, a in answers if a != sender))
        fingerprint, parents = self._fingerprint(), self._parents()
        return Received(
            external_id=self._ids[0] if self._ids else f"sha256:{fingerprint}",
            sender=sender,
            at=self._at(),
            sender_name=name,
            recipients=tuple(dict.fromkeys([*to, *bcc] if ours else to)),
            cc=tuple(dict.fromkeys(cc)),
            reply_to=reply_to,
            subject=headers.text("subject"),
            text=body.text,
            quoted=body.quoted,
            fingerprint=fingerprint,
            in_reply_to=parents[0] if parents else None,
            threads=(*self._ids, *parents),
            files=tuple(body.files),
            ours=ours,
            key=key if ours else None,
            answers=None if ours else self._answered(parents),
            automatic=self._is_automatic(sender, reply_to),
            seen=self._mail.seen,
            notices=(*doubts, *body.notices),
            raw=self._mail.raw,
        )

    def _answered(self, parents: tuple[str, ...]) -> str | None:
        """The nearest message of ours among what it answers; only our own ids are believed."""
        found = (own_key(parent, self._account.secret) for parent in parents)
        return next((key for key in found if key), None)

    def _parents(self) -> tuple[str, ...]:
        """Ids of what it answers, nearest first: In-Reply-To, then References backwards (RFC 5322, 3.6.4)."""
        answered = self._headers.ids("in-reply-to")[:3]
        thread = self._headers.ids("references")[::-1]
        own = set(self._ids)
        return tuple(i for i in dict.fromkeys((*answered, *thread)) if i not in own)

    def _at(self) -> datetime:
        """When the provider got it; where it was moved here long after, when it was handed over or written."""
        stored = truncate(self._mail.received_at)
        told = self._headers.date("date") if self._mail.sent else self._headers.handed_over()
        return told if told and told < stored - (timedelta(0) if self._mail.sent else _FAR) else stored

    def _fingerprint(self) -> str:
        """What two copies of one mail have in common: everything but white space, transport and encodings."""
        told = sha256()
        for name in ("from", "to", "date", "subject"):
            told.update(self._headers.raw(name).translate(None, _BLANKS) + b"\0")
        for part in self._parts.leaves():
            told.update(part.content.translate(None, _BLANKS) + b"\0")
        return told.hexdigest()[:32]

    def _is_automatic(self, sender: Address, reply_to: tuple[Address, ...]) -> bool:
        """Out-of-office, bounce, bulk (RFC 3834, 2): nobody waits for an answer."""
        headers = self._headers
        if headers.word("auto-submitted") not in ("", "no") or is_daemon(headers, sender):
            return True
        if headers.word("precedence") == "auto_reply" or {"x-autoreply", "x-autorespond"} & set(headers):
            return True
        if _AUTO_SUBJECT.match(headers.text("subject")):
            return True
        if {"list-id", "list-unsubscribe"} & set(headers):
            return not self._came_through_our_list()
        return headers.word("precedence") in _BULK and not reply_to

    def _came_through_our_list(self) -> bool:
        """A shared mailbox may be a group that forwards to its members: then every customer's mail has a List-Id."""
        posting = self._headers.raw("list-post").replace(b"mailto:", b"").partition(b"?")[0]
        return any(address in self._account.own for _other, address in mailboxes(posting + b">"))

    def _strangers(self) -> Iterator[tuple[str, Address]]:
        """Whom answers go to, of those who are not us: our other addresses are at our own domains."""
        domains = {_domain(address) for address in self._account.own}
        return (entry for entry in self._headers.mailboxes("reply-to") if _domain(entry[1]) not in domains)

    def _doubts(self, name: str, sender: Address) -> list[str]:
        """What the agent should know before believing it."""
        account, doubts = self._account, []
        answers = [address for _other, address in self._headers.mailboxes("reply-to")]
        if "@" in name and sender.value not in name.lower():
            doubts.append(_("The sender's name holds another address than the one it was sent from."))
        if sender in account.own and any(self._strangers()):
            doubts.append(
                _("It came through our own address, as from a form: who sent it is only what they typed.")
            )
        elif sender in account.own:
            doubts.append(_("It says it comes from our own address, but it is not among our sent mail."))
        elif name.casefold() in {own.casefold() for own in account.names if own}:
            doubts.append(_("The sender uses our name, but writes from another address."))
        elif others := {_domain(address) for address in answers} - {_domain(sender)}:
            doubts.append(_("Answers go to another domain: {names}.").format(names=", ".join(sorted(others))))
        claimed = self._headers.date("date")
        if claimed and abs(claimed - self._at()) > _FAR:
            doubts.append(_("It is dated {claimed:%Y-%m-%d %H:%M} UTC.").format(claimed=claimed))
        return doubts


def _charset(mail: Part) -> str:
    """The charset the body declares, for headers that are written in it undeclared."""
    declared = (part.parameters.get("charset", "") for part in mail.leaves() if part.kind.startswith("text/"))
    return next(filter(None, declared), "")


def _domain(address: Address) -> str:
    return address.value.rpartition("@")[2]
