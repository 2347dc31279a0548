"""Links an agent writes into a reply: our telephone number, and a room to meet in.

A number is a ``tel:`` link (RFC 3966). A room is our own meeting address with a name nobody can guess in it, a new one
each time: whoever has the link is let in by most meeting services.
"""

import secrets

from agent_tui.core.addresses import phone
from agent_tui.core.errors import UsageError
from agent_tui.core.language import _
from agent_tui.services.about import Business

ROOM = "{room}"
_BYTES = 9  # of chance in a room's name: 72 bits, twelve letters


def call_link(business: Business) -> str:
    """``tel:+351210000000``. Raises UsageError when no number is set; that it is one, the settings saw to."""
    if not business.phone:
        raise UsageError(
            _("your own number is not known"), remedy=_('set it in config.toml: phone = "+351210000000"')
        )
    return f"tel:{phone(business.phone, business.home_country).value}"


def meeting_link(business: Business) -> str:
    """``https://meet.example.com/k3Jd…``. Raises UsageError when no meeting address is set."""
    if not business.meeting:
        raise UsageError(
            _("no meeting address is set"),
            remedy=_('set one in config.toml: meeting = "https://meet.example.com/{room}"'),
        )
    return business.meeting.replace(ROOM, secrets.token_urlsafe(_BYTES))
