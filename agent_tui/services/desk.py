"""The desk: all that a screen or a command is given, in one frozen dataclass."""

from collections.abc import Mapping
from dataclasses import dataclass

from agent_tui.core.clock import Clock
from agent_tui.services.about import Business, ChannelInfo
from agent_tui.services.contacts import Contacts
from agent_tui.services.earlier import Earlier
from agent_tui.services.exports import Exports
from agent_tui.services.feed import Feed
from agent_tui.services.host import Host
from agent_tui.services.inbox import Inbox
from agent_tui.services.joining import Joining
from agent_tui.services.presence import Presence
from agent_tui.services.replies import Replies
from agent_tui.services.suggesting import Suggesting
from agent_tui.services.timeline import Timeline
from agent_tui.services.today import Today
from agent_tui.services.word_shelf import WordShelf


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything an agent can do, and nothing of how it is done."""

    business: Business
    channels: Mapping[str, ChannelInfo]
    clock: Clock
    inbox: Inbox
    timeline: Timeline
    replies: Replies
    contacts: Contacts
    joining: Joining
    suggesting: Suggesting
    earlier: Earlier
    presence: Presence
    today: Today
    exports: Exports
    words: WordShelf
    host: Host
    feed: Feed
