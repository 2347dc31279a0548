"""Claims: the addresses a message says are its author's, besides the one it came from.

A number under a mail, a mail address typed into a chat: each may mean that two customers are one person. That is a
suggestion and no more: nothing is joined by it, nobody is shown anything. An address of the kind the author wrote from
is no claim: they have that one already, and what else they name is somebody else's.
"""

import re
from collections.abc import Iterator

from agent_tui.core import addresses
from agent_tui.core.addresses import EMAIL, PHONE, Address
from agent_tui.core.channel import Received
from agent_tui.core.language import N_
from agent_tui.core.model import Claim

LAST_LINES = 15  # of a text: where a signature stands
LONGEST = 200  # characters of a line that is looked at
MOST = 5  # of one message

_NUMBER = re.compile(r"(?<![\w+@./-])(?:\+|00)?\d[\d ().\-/]{6,20}\d(?![\w@])")
_MAIL = re.compile(r"(?<![\w.+-])[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}(?![\w@-])")


def claims(event: Received, country: str) -> tuple[Claim, ...]:
    """What the sender says, and what stands under their words. `country` reads numbers without a prefix."""
    found = {claim.address: claim for claim in (*_written(event, country), *event.claims)}
    found.pop(event.sender, None)
    return tuple(found.values())[:MOST]


def _written(event: Received, country: str) -> Iterator[Claim]:
    if event.ours or event.automatic:
        return
    for line in event.text.splitlines()[-LAST_LINES:]:
        if event.sender.scheme != PHONE and any(map(str.isdecimal, line)):
            yield from _numbers(line[:LONGEST], country)
        if event.sender.scheme != EMAIL and "@" in line:
            yield from _mails(line[:LONGEST])


def _numbers(line: str, country: str) -> Iterator[Claim]:
    for match in _NUMBER.finditer(line):
        if (address := _dialled(match.group(), country)) is not None:
            yield Claim(address=address, why=N_("the number stands under what they wrote"))


def _dialled(text: str, country: str) -> Address | None:
    try:
        return addresses.phone(text, country, certain=True)
    except ValueError:
        return None


def _mails(line: str) -> Iterator[Claim]:
    for match in _MAIL.finditer(line):
        yield Claim(
            address=addresses.email(match.group()), why=N_("the mail address stands in what they wrote")
        )
