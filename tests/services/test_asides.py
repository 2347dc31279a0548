"""Words begun on several channels: nothing begun is lost, nothing said is offered again."""

from dataclasses import replace

import pytest

from agent_tui.core.attachments import Aside
from agent_tui.core.model import Draft
from agent_tui.services import asides
from tests.clocks import START
from tests.scripted import ANA

MAIL = Draft(id="d-1", address=ANA, author="Rui", text="the long story", at=START, channel="mail", to=(ANA,))
SMS = Aside(channel="sms", text="call you soon")


def test_a_draft_without_words_becomes_that_of_a_channel_with_some() -> None:
    found = asides.promoted(replace(MAIL, text=" ", aside=(Aside(channel="web"), SMS)))
    assert (found.channel, found.text, found.aside) == ("sms", "call you soon", ())
    kept = asides.promoted(replace(MAIL, aside=(SMS,)))
    assert (kept.text, kept.aside) == ("the long story", (SMS,))


@pytest.mark.parametrize(
    ("channel", "said", "stays"),
    [
        ("mail", "anything", ["sms"]),
        ("sms", "anything", ["mail"]),
        ("sms", "the long story, shorter", []),
        ("web", "something else", ["mail", "sms"]),
    ],
)
def test_what_is_unsaid_stays(channel: str, said: str, stays: list[str]) -> None:
    assert [one.channel for one in asides.left(replace(MAIL, aside=(SMS,)), channel, said)] == stays
