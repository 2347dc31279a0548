"""The envelope of a reply: to whom, on which channel, from which address, who else gets it. Frozen when shown.

What the agent reads above the words is what leaves. Pure: built from what is known of the customer.
"""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from agent_tui.core.addresses import EMAIL, Address
from agent_tui.core.language import _
from agent_tui.core.model import Card, Message
from agent_tui.core.store import Head
from agent_tui.services.about import ChannelInfo

_REPLY_PREFIX = re.compile(
    r"\s*(?:(?:re|aw|antw|antwort|sv|vs|ynt|odp|rif|res|r|ref|回复|回覆|答复|返信|رد)(?:\[\d+\])?\s*[::]\s*)+",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Envelope:
    """Everything about a reply but its words."""

    customer_id: str
    name: str
    channel: ChannelInfo
    to: tuple[Address, ...]
    cc: tuple[Address, ...] = ()
    subject: str = ""
    threads: tuple[str, ...] = ()  # what it answers, nearest first
    answers: Message | None = None
    journal: Address  # where the message will be filed
    head: Head
    after: datetime | None = None  # the time of the newest message that came in: the reply stands after it
    warnings: tuple[str, ...] = ()
    closed: str = ""  # why the channel takes no words for them
    signature: str = ""  # what is put below the words
    closes: datetime | None = None  # the moment from which it takes none

    def is_closed(self, now: datetime) -> bool:
        """Does the channel take no words for them at `now`?"""
        return bool(self.closed) or (self.closes is not None and self.closes <= now)

    def sentence(self) -> str:
        """In words: to whom, on what, from which address, who else."""
        said = (
            _("Reply by {medium} to {to}, from {channel}")
            if self.answers
            else _("Write by {medium} to {to}, from {channel}")
        ).format(medium=self.channel.medium.word, to=listed(self.to), channel=self.channel.label)
        return said + (_("; also to {cc}").format(cc=listed(self.cc)) if self.cc else "")


def listed(addresses: Sequence[Address]) -> str:
    """Addresses as people write them."""
    return ", ".join(address.value for address in addresses)


def reply_subject(subject: str) -> str:
    """The subject of an answer: one ``Re:``, whatever language the customer's program speaks."""
    bare = _REPLY_PREFIX.sub("", subject, count=1).strip()
    return f"Re: {bare}" if bare else str(_("Re: your message"))


def bare_subject(subject: str) -> str:
    """A subject without reply prefixes, for comparing."""
    return _REPLY_PREFIX.sub("", subject, count=1).strip().casefold()


def has_reply_prefix(subject: str) -> bool:
    """Does the subject say that it answers something?"""
    return _REPLY_PREFIX.match(subject) is not None


def recipients(answered: Message) -> tuple[Address, ...]:
    """Who an answer to a message goes to: Reply-To, where the sender asked for it (RFC 5322, 3.6.2)."""
    return answered.reply_to or (answered.author,)


def warnings(
    card: Card, answered: Message | None, to: Sequence[Address], cc: Sequence[Address]
) -> tuple[str, ...]:
    """What is odd about these recipients, in words."""
    known = {identity.address for identity in card.identities}
    found = [
        _("{address} is not known as an address of {name}").format(address=a.value, name=card.customer.name)
        for a in to
        if a not in known
    ]
    if answered is not None:
        found += [w for a in to if (w := _elsewhere(answered.author, a, known))]
        left_out = [a for a in (*answered.to, *answered.cc) if _outsider(a, answered, (*to, *cc))]
        if left_out:
            text = _("{names} had the message too and will not get this answer")
            found.append(text.format(names=listed(left_out)))
    return tuple(found)


def _elsewhere(author: Address, to: Address, known: Collection[Address]) -> str:
    """That a Reply-To differs; not where both are theirs and at one domain. At a mail provider's, strangers live there."""
    if author.scheme != EMAIL or to.scheme != EMAIL or author == to:
        return ""
    if to in known and author.value.rpartition("@")[2] == to.value.rpartition("@")[2]:
        return ""
    return _("{author} asked for answers to go to {to}").format(author=author.value, to=to.value)


def _outsider(address: Address, answered: Message, included: Sequence[Address]) -> bool:
    return address.scheme == EMAIL and address not in included and address != answered.author
