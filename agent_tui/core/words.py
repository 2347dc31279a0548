"""What a person is told of a state: the words of the records' own values, in the agent's language.

The values themselves (`waiting`, `confirmed`, `sent`) are what is kept and what scripts read: never translated.
"""

from collections.abc import Mapping

from agent_tui.core.language import _c, retold
from agent_tui.core.model import CustomerState, DeliveryState, Evidence

_WRITTEN = frozenset({"pinned", "unpinned", "tagged"})


def standing(state: CustomerState) -> str:
    """Where a customer stands."""
    words: Mapping[CustomerState, str] = {
        CustomerState.OPEN: _c("a customer is", "open"),
        CustomerState.SNOOZED: _c("a customer is", "snoozed"),
        CustomerState.DONE: _c("a customer is", "done"),
    }
    return words[state]


def evidence(found: Evidence) -> str:
    """Why we believe that an address is a customer's."""
    words: Mapping[Evidence, str] = {
        Evidence.CLAIMED: _c("an address is", "claimed"),
        Evidence.OBSERVED: _c("an address is", "observed"),
        Evidence.CONFIRMED: _c("an address is", "confirmed"),
    }
    return words[found]


def delivery(state: DeliveryState) -> str:
    """What became of a message of ours, in one word."""
    words: Mapping[DeliveryState, str] = {
        DeliveryState.QUEUED: _c("a message is", "queued"),
        DeliveryState.SENDING: _c("a message is", "sending"),
        DeliveryState.SENT: _c("a message is", "sent"),
        DeliveryState.DELIVERED: _c("a message is", "delivered"),
        DeliveryState.READ: _c("a message is", "read"),
        DeliveryState.FAILED: _c("a message is", "failed"),
        DeliveryState.UNSURE: _c("a message is", "unsure"),
        DeliveryState.CANCELED: _c("a message is", "canceled"),
    }
    return words[state]


def scheme(of_address: str) -> str:
    """What kind of address it is."""
    words: Mapping[str, str] = {
        "email": _c("address", "email"),
        "phone": _c("address", "phone"),
        "web": _c("address", "web"),
    }
    return words.get(of_address, of_address)


def medium(value: str) -> str:
    """On what a message came, in a word for a list."""
    words: Mapping[str, str] = {
        "email": _c("medium", "email"),
        "sms": _c("medium", "sms"),
        "chat": _c("medium", "chat"),
        "web": _c("medium", "web"),
    }
    return words.get(value, value)


def health(state: str) -> str:
    """How a channel is; a state nobody knows is said as it is."""
    words: Mapping[str, str] = {
        "connecting": _c("a channel is", "connecting"),
        "ok": _c("a channel is", "ok"),
        "elsewhere": _c("a channel is", "elsewhere"),
        "waiting": _c("a channel is", "waiting"),
        "needs you": _c("a channel", "needs you"),
        "broken": _c("a channel is", "broken"),
        "off": _c("a channel is", "off"),
    }
    return words.get(state, state)


def happened(kind: str, text: str) -> str:
    """What an activity says; a fact or a tag that an agent wrote stays as it was written."""
    return text if kind in _WRITTEN else retold(text)


def kind(of_entry: str) -> str:
    """What an entry of a timeline is."""
    words: Mapping[str, str] = {
        "message": _c("an entry", "message"),
        "note": _c("an entry", "note"),
        "activity": _c("an entry", "activity"),
        "customer": _c("an entry", "customer"),
    }
    return words.get(of_entry, of_entry)
