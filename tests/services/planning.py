"""Replies that are planned for tomorrow at nine, and what tests of them ask."""

from datetime import datetime, timedelta

from agent_tui.core.model import (
    Delivery,
    Direction,
    Medium,
    Message,
)
from tests.clocks import START
from tests.scripted import ANA, received
from tests.services.scene import Scene

TOMORROW = START + timedelta(hours=19)  # 9:00


async def plan(
    scene: Scene, at: datetime = TOMORROW, text: str = "Good morning!", **more: object
) -> Delivery:
    envelope = await scene.replies.envelope(scene.ana)
    return await scene.replies.queue(envelope, text, at=at, **more)  # type: ignore[arg-type]


async def kept(scene: Scene, delivery: Delivery) -> Delivery:
    found = await scene.store.get(Delivery, delivery.id)
    assert found is not None
    return found


async def write(scene: Scene, number: int, **more: object) -> None:
    """A message of Ana's, filed, and nothing sent."""
    scene.provider.deliver(received(number, more.pop("at", scene.clock.now()), **more))  # type: ignore[arg-type]
    await scene.round()


def text_message(scene: Scene) -> Message:
    """Ana wrote on another channel, and no sender has looked yet."""
    return Message(
        id="m-2",
        address=ANA,
        channel="sms",
        medium=Medium.SMS,
        direction=Direction.IN,
        at=scene.clock.now(),
        author=ANA,
    )


def texts(scene: Scene) -> list[str]:
    return [taken.text for taken in scene.provider.taken]
