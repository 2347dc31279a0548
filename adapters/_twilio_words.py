"""Twilio's words in ours: what a status means, why a message failed, and what a single word asks for.

The table of errors is of hints: Twilio asks not to program against its codes, and splits them now and then, so a code
that is not here is told with the provider's own words, and what to do follows from the HTTP status
(twilio.com/docs/api/errors).
"""

from agent_tui.core.language import N_, _
from agent_tui.core.model import DeliveryState
from agent_tui.core.text import clean_line

STATES: dict[str, DeliveryState] = {
    "sent": DeliveryState.SENT,
    "delivered": DeliveryState.DELIVERED,
    "partially_delivered": DeliveryState.DELIVERED,
    "read": DeliveryState.READ,
    "failed": DeliveryState.FAILED,
    "undelivered": DeliveryState.FAILED,
    "canceled": DeliveryState.FAILED,
}
"""What a status says of a message of ours; accepted, scheduled, queued and sending say nothing yet."""

RANK = {DeliveryState.SENT: 1, DeliveryState.FAILED: 2, DeliveryState.DELIVERED: 3, DeliveryState.READ: 4}
"""A state is told only after a lower one: news arrives in any order."""

HINTS: dict[int, str] = {
    21211: N_("this is not a number that can be texted"),
    21212: N_("our own number is not one that can be used"),
    21408: N_("texting to this country is not switched on for the account"),
    21602: N_("there are no words in it"),
    21604: N_("there is no number to send it to"),
    21606: N_("our number cannot send texts"),
    21608: N_("a trial account may text only numbers it has verified"),
    21610: N_("the customer opted out (STOP): nothing can be sent until they write START"),
    21611: N_("too many texts of this number wait already"),
    21612: N_("there is no way from our number to this one"),
    21614: N_("this is not a mobile number"),
    21617: N_("it is longer than 1600 characters"),
    30003: N_("the phone is off or out of reach: try again later"),
    30004: N_("the customer or the network blocks our texts"),
    30005: N_("the number does not exist or is not in use any more"),
    30006: N_("this is a landline, or its network takes no texts"),
    30007: N_("the network filtered it as unwanted: do not send the same words again"),
    30008: N_("the network gave no reason"),
    30034: N_("our number is not registered for texting in the USA (A2P 10DLC)"),
    63016: N_("24 hours have passed since the customer's last message: WhatsApp now takes templates only"),
}

SIGNED_OUT = 20003  # the account or its token is wrong
WITHDRAWN = 21610  # the customer opted out
_OPT_OUT = frozenset({"STOP", "STOPALL", "UNSUBSCRIBE", "CANCEL", "END", "QUIT"})
_OPT_IN = frozenset({"START", "UNSTOP"})  # YES also, on some numbers: but that is an everyday answer
OPTED_OUT = N_("opted out of texts: nothing can be sent to this number until they write START")
OPTED_IN = N_("asked for texts again")


def reason(code: object, said: object) -> str:
    """Why something failed, for the agent: our hint for the code, else the provider's own words."""
    number = code if isinstance(code, int) and not isinstance(code, bool) else None
    if number in HINTS:
        return _("{reason} ({number})").format(reason=_(HINTS[number]), number=number)
    words = (clean_line(said)[:200] if isinstance(said, str) else "") or _("the provider gave no reason")
    return _("{reason} ({number})").format(reason=words, number=number) if number else words


def notices(text: str) -> tuple[str, ...]:
    """What a text asks for when it is one of the words the networks know: a word alone, in any case."""
    asked = consent(text)
    return () if asked is None else (OPTED_IN if asked else OPTED_OUT,)


def consent(text: str) -> bool | None:
    """What such a word asks for: no more texts (False), texts again (True); None for anything else."""
    word = text.strip().strip(".!").upper()
    if word in _OPT_OUT:
        return False
    return True if word in _OPT_IN else None
