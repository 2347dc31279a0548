"""Pinned facts, "they told us already": short texts on the card, each with the entry it came from, where there is one.

Pure: what a customer's record becomes.
"""

import re
from dataclasses import replace

from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.core.model import Customer, Pinned
from agent_tui.core.text import clean_line, snippet

LONGEST = 200
"""Characters of a pinned fact."""
MOST = 20
"""So many facts on one card."""

_END = re.compile(r"(?<=[.!?。！？])\s")


def first_sentence(text: str) -> str:
    """What is offered to be pinned of a message: its first sentence, on one line, of at most `LONGEST` characters."""
    return _END.split(snippet(text, LONGEST).strip(), maxsplit=1)[0]


def pinned(customer: Customer, text: str, entry_id: str = "") -> Customer:
    """With one more fact; said once more, it only gets another origin. Raises UsageError."""
    said = clean_line(text).strip()
    if not said:
        raise UsageError(_("there is nothing to pin"), remedy=_("write the fact in a few words"))
    if len(said) > LONGEST:
        raise UsageError(
            _("{count} characters are too many to pin").format(count=len(said)),
            remedy=_("say it in no more than {longest}").format(longest=LONGEST),
        )
    texts = tuple(dict.fromkeys((*customer.notes_pinned, said)))
    if len(texts) > MOST:
        raise UsageError(
            _("{most} facts are pinned already").format(most=MOST),
            remedy=_("unpin one that does not matter any more"),
        )
    sources = tuple(one for one in customer.pinned_from if one.text != said)
    told = (Pinned(text=said, entry_id=entry_id),) if entry_id else ()
    return replace(customer, notes_pinned=texts, pinned_from=(*sources, *told))


def unpinned(customer: Customer, text: str) -> Customer:
    """Without a fact. Raises UsageError when it is not pinned."""
    if text not in customer.notes_pinned:
        raise UsageError(_("this is not pinned"), remedy=_("write it exactly as the card has it"))
    return replace(
        customer,
        notes_pinned=tuple(one for one in customer.notes_pinned if one != text),
        pinned_from=tuple(one for one in customer.pinned_from if one.text != text),
    )


def origin(customer: Customer, text: str) -> str:
    """The id of the entry a fact came from; empty: of none."""
    return next((one.entry_id for one in customer.pinned_from if one.text == text), "")
