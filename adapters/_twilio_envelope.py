"""What may leave as a text: one number, some words, no files."""

from adapters._twilio_settings import WHATSAPP, Settings
from agent_tui.core.addresses import PHONE
from agent_tui.core.channel import Outgoing
from agent_tui.core.errors import Rejected
from agent_tui.core.language import _

LONGEST_TEXT = 1600  # characters (twilio.com/docs/api/errors/21617)


def checked(message: Outgoing, settings: Settings) -> str:
    """The number it goes to as Twilio writes it. Raises Rejected for what cannot be sent."""
    if len(message.to) + len(message.cc) != 1 or message.to[0].scheme != PHONE:
        raise Rejected(_("a text goes to one phone number"))
    if message.files:
        raise Rejected(_("files cannot be sent from here by text: the provider fetches them from a website"))
    if not message.text.strip():
        raise Rejected(_("there are no words in it"))
    if len(message.text) > LONGEST_TEXT:
        raise Rejected(_("it is longer than {most} characters").format(most=LONGEST_TEXT))
    return (WHATSAPP if settings.whatsapp else "") + message.to[0].value
