"""Notes on a reply: these words were sent before, whatever was made of them; and what waits for an answer."""

from datetime import timedelta
from time import perf_counter

import pytest

from agent_tui.core.model import DeliveryState, Entry, Medium, Message
from agent_tui.services import personal
from agent_tui.services.already import Sent, already, pieces
from agent_tui.services.personal import Lately, notes
from tests.clocks import START
from tests.scripted import received
from tests.services.scene import Scene

WORDS = (
    "Hello {first_name},\n\nthank you for asking. Every cake can be made without nuts, in a kitchen that uses almonds every "
    "day. Tell us about {what}, and we bake it on Monday.\n\n{agent}"
)
MADE = (
    "Dear Ana!\nThank you for asking. Every cake can be made without nuts, in a kitchen that uses almonds every day. Tell us "
    "about the party, and we bake it on Monday. Your Rui\n\n-- \nCorner Bakery"
)


def was(text: str, medium: Medium = Medium.EMAIL, days: int = 3) -> Sent:
    return Sent(START - timedelta(days=days), medium, pieces(text))


def test_saved_words_made_personal_are_the_same_words() -> None:
    found = already(WORDS, [was(MADE)])
    assert found is not None
    assert found.at == START - timedelta(days=3)
    assert already(MADE, [was(MADE.replace("Dear Ana", "Olá Ana"), Medium.SMS)]) is not None


@pytest.mark.parametrize(
    ("text", "before"),
    [
        (WORDS, "Thank you for asking. We are closed on Sundays, and the last bread is at five."),
        (WORDS, "Every cake can be made without nuts."),
        ("Thank you, see you!", "Thank you, see you!"),
        ("{a} {b} {c}", "{a} {b} {c}"),
        ("", ""),
        ("Yes, of course.", "Yes, of course."),
    ],
)
def test_other_words_and_a_thank_you_said_twice_are_not(text: str, before: str) -> None:
    assert already(text, [was(before)]) is None


def test_the_newest_is_named() -> None:
    found = already(WORDS, [was(MADE, days=9), was(MADE, Medium.SMS, days=2), was("something else", days=1)])
    assert found is not None
    assert found.medium is Medium.SMS


def test_words_without_spaces_are_compared_too() -> None:
    text = "営業時間は朝7時から夜7時まで、日曜日は定休日です。"
    assert already(text, [was(f"アナ様、{text}ルイ")]) is not None
    assert already(text, [was("請求書は本日お送りいたしました。ご確認ください。")]) is None


async def answered() -> Scene:
    """Ana asked; we answered; she asked again, twice."""
    scene = Scene()
    scene.provider.deliver(received(1, START - timedelta(days=3), text="Is it nut free?", subject="Cake"))
    await scene.round()
    envelope = await scene.replies.envelope(scene.ana)
    await scene.replies.queue(envelope, MADE, now=True)
    scene.clock.tick(minutes=1)
    scene.provider.deliver(received(2, scene.clock.now(), text="Where is my invoice?", subject="Invoice"))
    scene.provider.deliver(received(3, scene.clock.now(), text="Still there?", subject=""))
    await scene.round()
    return scene


async def test_what_they_wrote_since_our_last_word_waits() -> None:
    scene = await answered()
    known = await personal.lately(scene.timeline, scene.ana, scene.business)
    assert known.asked == ("Invoice.\nWhere is my invoice?", "Still there?")
    assert len(known.sent) == 1
    assert "Rui" in known.names
    found = notes(f"{MADE} And more.", known)
    assert found.got is not None
    assert found.unsaid == ("invoice",)
    assert notes(MADE, known, answers=False).unsaid == ()


async def test_a_reply_taken_back_was_no_answer() -> None:
    scene = Scene()
    scene.provider.deliver(received(1, START, text="Is it nut free?", subject=""))
    await scene.round()
    queued = await scene.replies.queue(await scene.replies.envelope(scene.ana), MADE)
    await scene.replies.undo(queued.id)
    known = await personal.lately(scene.timeline, scene.ana, scene.business)
    assert (known.sent, known.asked) == ((), ("Is it nut free?",))


def test_inserted_words_are_found_within_a_longer_letter() -> None:
    letter = f"{MADE} {' '.join(f'word{n}' for n in range(400))}"
    known = Lately(sent=(was(MADE),))
    assert notes(letter, known).got is None
    assert notes(letter, known, inserted=[WORDS]).got is not None


def test_fast_on_a_long_history() -> None:
    words = " ".join(f"word{n % 700}" for n in range(1_000))
    known = Lately(sent=tuple(was(f"{n} {words}") for n in range(personal.BACK)), asked=(f"{words}?",) * 10)
    started = perf_counter()
    notes(words, known)
    assert perf_counter() - started < 0.5


def test_what_never_left_was_not_sent() -> None:
    from agent_tui.core.model import Delivery, Direction
    from agent_tui.services import already as module
    from tests.scripted import ANA

    message = Message(
        id="m",
        address=ANA,
        channel="mail",
        medium=Medium.EMAIL,
        direction=Direction.OUT,
        at=START,
        author=ANA,
        text=MADE,
    )
    for state, count in ((DeliveryState.FAILED, 0), (DeliveryState.CANCELED, 0), (DeliveryState.UNSURE, 1)):
        delivery = Delivery(id="m", address=ANA, channel="mail", state=state, at=START)
        assert len(module.sent([Entry(fact=message, delivery=delivery)])) == count
