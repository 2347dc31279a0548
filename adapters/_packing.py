"""Events in parts that fit into memory: a batch holds a few hundred, and a bounded sum of files."""

from collections.abc import AsyncIterator

from agent_tui.core.channel import Event, Received

MOST = 500  # events of one part
HEAVIEST = 20_000_000  # bytes of files in one part, but for the last one


async def packed(events: AsyncIterator[Event]) -> AsyncIterator[tuple[tuple[Event, ...], bool]]:
    """The events, part by part, and whether a part is the last one. There is always a last one, if an empty one."""
    part: list[Event] = []
    weight = 0
    async for event in events:
        part.append(event)
        weight += sum(len(file.data) for file in event.files) if isinstance(event, Received) else 0
        if len(part) >= MOST or weight > HEAVIEST:
            yield tuple(part), False
            part, weight = [], 0
    yield tuple(part), True
