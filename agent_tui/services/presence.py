"""What happens at this moment and is never kept: who is typing, both ways, on the channels that can tell.

Only the process that hosts a channel hears anything on it; to the others it is silent, which is no harm.
"""

from collections.abc import Callable, Mapping

from agent_tui.core.addresses import Address
from agent_tui.core.channel import Channel, Live


class Presence:
    """Who is typing."""

    def __init__(self, channels: Mapping[str, Channel]) -> None:
        self._live: dict[str, Live] = {name: ch.live for name, ch in channels.items() if ch.live is not None}

    def listen(self, hear: Callable[[Address, bool], None]) -> Callable[[], None]:
        """Calls `hear` on the event loop when a customer begins or stops typing; returns what ends that."""
        endings = [live.listen(hear) for live in self._live.values()]

        def end() -> None:
            for ending in endings:
                ending()

        return end

    async def typing(self, channel: str, to: Address, *, on: bool) -> None:
        """The agent begins or stops typing to somebody; told where the channel can tell. Never raises."""
        live = self._live.get(channel)
        if live is not None:
            await live.typing(to, on=on)
