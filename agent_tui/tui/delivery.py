"""What became of a message of ours, in a sign and words; and what the agent can do about it. Pure."""

from collections.abc import Mapping
from datetime import datetime, timedelta

from agent_tui.core.language import _, retold
from agent_tui.core.model import Delivery, DeliveryState
from agent_tui.services.outbox import is_held, is_planned
from agent_tui.tui import when
from agent_tui.tui.icons import DELIVERY_WORDS
from agent_tui.tui.lines import Look, Role, Span
from agent_tui.tui.safe import line

_ROLES: Mapping[DeliveryState, Role] = {
    DeliveryState.QUEUED: Role.ACCENT,
    DeliveryState.SENDING: Role.ACCENT,
    DeliveryState.SENT: Role.GOOD,
    DeliveryState.DELIVERED: Role.GOOD,
    DeliveryState.READ: Role.GOOD,
    DeliveryState.FAILED: Role.BAD,
    DeliveryState.UNSURE: Role.WARN,
    DeliveryState.CANCELED: Role.DIM,
}


SOON = timedelta(minutes=1)  # a planned one counts its seconds from here
_LEFT = frozenset({DeliveryState.SENT, DeliveryState.DELIVERED, DeliveryState.READ})


def waits(delivery: Delivery | None, now: datetime) -> bool:
    """Does its countdown still run?"""
    if delivery is None or delivery.state is not DeliveryState.QUEUED or delivery.not_before is None:
        return False
    if is_planned(delivery):
        return delivery.not_before <= now + SOON
    return delivery.not_before > now


def fate(delivery: Delivery | None, now: datetime, look: Look) -> Span | None:
    """Its state as the end of the message's head shows it; None for what another program sent."""
    if delivery is None:
        return None
    words = _planned(delivery, now, look) or _(DELIVERY_WORDS[delivery.state])
    if waits(delivery, now) and delivery.not_before and delivery.not_before > now and not delivery.error:
        words = _("leaves in {seconds} s").format(seconds=when.left(delivery.not_before, now))
    role = Role.WARN if is_held(delivery) else _ROLES[delivery.state]
    price = f", {line(delivery.price)}" if delivery.price else ""
    return f"{look.icons.delivery[delivery.state]} {words}{price}", role


def _planned(delivery: Delivery, now: datetime, look: Look) -> str:
    """When it leaves, or left; nothing for one that was never planned."""
    if delivery.planned is None:
        return ""
    if is_held(delivery):
        return _("held, not sent")
    if delivery.state in _LEFT:
        moment = when.moment(delivery.planned, now, look.zone)
        return f"{_(DELIVERY_WORDS[delivery.state])} {moment}"
    if not is_planned(delivery):
        return ""
    if delivery.planned <= now:
        return _("leaves in a moment")
    return _("leaves {when}").format(when=when.ahead(delivery.planned, now, look.zone))


def remarks(delivery: Delivery | None, now: datetime, look: Look) -> tuple[Span, ...]:
    """What must be said below the words: why it did not arrive, and the key that helps."""
    if delivery is None:
        return ()
    why = line(retold(delivery.error or ""))
    match delivery.state:
        case DeliveryState.FAILED if delivery.held:
            help_ = _(
                "{resend} sends it anyway, {send.later} later, {take_back} takes it back into the composer"
            )
            return ((why[:1].upper() + why[1:], Role.WARN), (look.keys.fill(help_, "timeline"), Role.DIM))
        case DeliveryState.FAILED:
            return (
                (_("Not sent: {why}").format(why=why or _("the provider refused it")), Role.BAD),
                (look.keys.fill(_("{resend} sends it again"), "timeline"), Role.DIM),
            )
        case DeliveryState.UNSURE:
            told = _("The line broke, so it may have arrived or not") + (f": {why}" if why else "")
            help_ = look.keys.fill(_("{resend} sends it again, {mark_sent} marks it as sent"), "timeline")
            return ((told, Role.WARN), (help_, Role.DIM))
        case DeliveryState.QUEUED if why:
            if not waits(delivery, now) or delivery.not_before is None:
                return ((_("Not sent yet: {why}").format(why=why), Role.WARN),)
            told = _("Not sent yet: {why}, tried again at {time}")
            time = when.clock(delivery.not_before, look.zone)
            return ((told.format(why=why, time=time), Role.WARN),)
        case _:
            return ((f"{why}", Role.WARN),) if why else ()
