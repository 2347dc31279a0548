"""The signs of the screen, in two sets: Unicode ones, one cell wide everywhere, and their ASCII twins.

The one place in the program that has something to say about each medium: how it is drawn and what it is called.
No sign stands alone: a word or a place says the same, so that nothing is lost on who cannot see or know it.
"""

import locale
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from agent_tui.core.language import N_
from agent_tui.core.model import DeliveryState, Medium

IconSet = Literal["unicode", "ascii", "auto"]

SCHEME_WORDS: Mapping[str, str] = {
    "web": N_("website visitor"),
    "telegram": N_("Telegram"),
    "matrix": N_("Matrix"),
}
DELIVERY_WORDS: Mapping[DeliveryState, str] = {
    DeliveryState.QUEUED: N_("waits to leave"),
    DeliveryState.SENDING: N_("leaving now"),
    DeliveryState.SENT: N_("sent"),
    DeliveryState.DELIVERED: N_("delivered"),
    DeliveryState.READ: N_("read"),
    DeliveryState.FAILED: N_("not sent"),
    DeliveryState.UNSURE: N_("not sure it left"),
    DeliveryState.CANCELED: N_("taken back"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Icons:
    """One set of signs; every one of them is one cell wide, but for `delivered` and `read`."""

    medium: Mapping[Medium, str]
    scheme: Mapping[str, str]
    delivery: Mapping[DeliveryState, str]
    note: str
    file: str
    cursor: str  # the row the agent is on
    there: str  # the row of a list that has not the focus
    unread: str  # with the number
    star: str
    to: str  # from us to them
    folded: str
    open: str
    rule: str
    down: str
    dot: str  # between words
    warn: str
    more: str  # text goes on
    marked: str  # a row of a list that the next command is about
    times: str  # so many
    off: str  # takes off what stands before it
    box: str  # the corners and sides of a note: ╭ ─ ╮ │ ╰ ╯


UNICODE = Icons(
    medium={Medium.EMAIL: "✉", Medium.SMS: "☏", Medium.CHAT: "❝", Medium.WEB: "◌"},
    scheme={"email": "✉", "phone": "☏", "telegram": "❝", "matrix": "❝", "web": "◌"},
    delivery={
        DeliveryState.QUEUED: "◷",
        DeliveryState.SENDING: "◷",
        DeliveryState.SENT: "✓",
        DeliveryState.DELIVERED: "✓✓",
        DeliveryState.READ: "✓✓",
        DeliveryState.FAILED: "✗",
        DeliveryState.UNSURE: "?",
        DeliveryState.CANCELED: "✗",
    },
    note="✎",
    file="▤",
    cursor="▌",
    there="▏",
    unread="●{}",
    star="★",
    to="→",
    folded="▸",
    open="▾",
    rule="─",
    down="↓",
    dot="·",
    warn="▲",
    more="…",
    marked="■",
    times="×",
    off="✕",
    box="╭─╮│╰╯",
)

ASCII = Icons(
    medium={Medium.EMAIL: "@", Medium.SMS: "#", Medium.CHAT: "~", Medium.WEB: "%"},
    scheme={"email": "@", "phone": "#", "telegram": "~", "matrix": "~", "web": "%"},
    delivery={
        DeliveryState.QUEUED: "o",
        DeliveryState.SENDING: "o",
        DeliveryState.SENT: "+",
        DeliveryState.DELIVERED: "++",
        DeliveryState.READ: "++",
        DeliveryState.FAILED: "x",
        DeliveryState.UNSURE: "?",
        DeliveryState.CANCELED: "x",
    },
    note="*",
    file="&",
    cursor=">",
    there="|",
    unread="({})",
    star="*",
    to="->",
    folded=">",
    open="v",
    rule="-",
    down="v",
    dot="-",
    warn="!",
    more="~",
    marked="X",
    times="x",
    off="x",
    box="+-+|++",
)


def choose(wanted: IconSet) -> Icons:
    """The set that was asked for; `auto` is Unicode where the terminal's encoding can say it."""
    if wanted == "auto":
        wanted = "unicode" if _speaks_utf8() else "ascii"
    return UNICODE if wanted == "unicode" else ASCII


def _speaks_utf8() -> bool:
    output = getattr(sys.__stdout__, "encoding", None) or locale.getpreferredencoding(False)
    return output.lower().replace("-", "").replace("_", "") == "utf8"
