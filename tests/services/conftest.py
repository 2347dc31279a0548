"""A shop that somebody wrote to, on either kind of store."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from storage.local import LocalStore
from tests.clocks import START
from tests.scripted import received
from tests.services.scene import Scene


@pytest.fixture(params=["memory", "local"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """Ana asked something, five minutes ago."""
    scene = Scene()
    if request.param == "local":
        scene = Scene(clock=scene.clock, kept=await LocalStore.open(tmp_path, clock=scene.clock))
    scene.provider.deliver(received(1, START))
    await scene.round()
    scene.clock.tick(minutes=5)
    yield scene
    await scene.store.aclose()
