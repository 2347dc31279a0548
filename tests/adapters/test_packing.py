"""Events in parts: in order, nothing left out, none too heavy, and always a last one."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest

from adapters import _packing
from agent_tui.core.addresses import Address
from agent_tui.core.channel import Event, File, Received


def said(number: int, weight: int = 0) -> Received:
    files = (File(name="a", media_type="b/c", data=b"x" * weight),) if weight else ()
    at = datetime(2026, 1, 1, tzinfo=UTC)
    return Received(external_id=str(number), sender=Address("web", "a/b"), at=at, files=files)


async def packed(*events: Event) -> list[tuple[list[str], bool]]:
    async def each() -> AsyncIterator[Event]:
        for event in events:
            yield event

    return [([e.external_id for e in part], last) async for part, last in _packing.packed(each())]


async def test_by_number_and_by_weight(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_packing, "MOST", 3)
    monkeypatch.setattr(_packing, "HEAVIEST", 10)
    assert await packed() == [([], True)]
    assert await packed(said(1), said(2)) == [(["1", "2"], True)]
    assert await packed(*map(said, range(4))) == [(["0", "1", "2"], False), (["3"], True)]
    assert await packed(said(1, 6), said(2, 6), said(3, 6)) == [(["1", "2"], False), (["3"], True)]
    assert await packed(said(1, 50)) == [(["1"], False), ([], True)]
