"""Words begun on several channels for one customer: the draft is for one, the others lie beside it. Pure."""

from collections.abc import Sequence
from dataclasses import replace

from agent_tui.core.attachments import Aside
from agent_tui.core.model import Draft

ALIKE = 0.5  # the share of words in common from which two texts are the same reply


def of(draft: Draft) -> Aside:
    """The draft's own words, as they lie beside another's."""
    return Aside(
        channel=draft.channel,
        text=draft.text,
        subject=draft.subject,
        to=draft.to,
        cc=draft.cc,
        attachments=draft.attachments,
    )


def is_empty(aside: Aside) -> bool:
    """Is there nothing to go on with?"""
    return not aside.text.strip() and not aside.attachments


def promoted(draft: Draft) -> Draft:
    """A draft without words of its own becomes that of the first channel which has some."""
    others = [one for one in draft.aside if not is_empty(one) and one.channel != draft.channel]
    if draft.text.strip() or draft.attachments or not others:
        return replace(draft, aside=tuple(others))
    first, *rest = others
    return replace(
        draft,
        channel=first.channel,
        text=first.text,
        subject=first.subject,
        to=first.to,
        cc=first.cc,
        attachments=first.attachments,
        promises=None,
        aside=tuple(rest),
    )


def left(draft: Draft, channel: str, said: str) -> tuple[Aside, ...]:
    """What is still unsaid when something was said on a channel: another channel's words, unless they are the same."""
    begun: Sequence[Aside] = (of(draft), *draft.aside) if draft.channel else draft.aside
    return tuple(
        one for one in begun if one.channel != channel and not is_empty(one) and not _alike(one.text, said)
    )


def _alike(one: str, other: str) -> bool:
    """Most of the shorter one's words are in the longer one: written for one channel, fitted to another."""
    mine, theirs = set(one.casefold().split()), set(other.casefold().split())
    fewer = min(len(mine), len(theirs))
    return fewer == 0 or len(mine & theirs) / fewer >= ALIKE
