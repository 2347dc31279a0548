"""The power goes at any moment: what was acknowledged is on the disk, and the catalog does not matter at all.

``STORE_KILLS`` sets how many losses are tried (40 if it is not set).
"""

import os
import random
import shutil
from pathlib import Path

import pytest

from agent_tui.core.clock import SYSTEM
from storage.local import LocalStore
from tests.storage.deeds import Promise, Writer, assert_intact
from tests.storage.powerless import Disk, put_back, restore, watched

LOSSES = int(os.environ.get("STORE_KILLS", "40"))


async def a_day(folder: Path, seed: int) -> tuple[list[Promise], Disk, list[Path]]:
    """Some work: what was promised, what the disk would have kept, and the catalogs there were after each deed."""
    disk, promises, caches = Disk(folder, stride=1 + seed % 5), list[Promise](), []
    with watched(disk):
        store = await LocalStore.open(folder, clock=SYSTEM)
        writer = Writer(store, "one", 0, seed)
        for number in range(4 + seed % 12):
            promises.append(await writer.deed())
            disk.promises = len(promises)
            kept = folder.with_name(f"{folder.name}-cache-{number}")
            shutil.copytree(folder / "cache", kept)
            caches.append(kept)
        await store.aclose()
    return promises, disk, caches


def deleted(cache: Path, older: Path, chance: random.Random) -> None:
    shutil.rmtree(cache)


def from_earlier(cache: Path, older: Path, chance: random.Random) -> None:
    shutil.rmtree(cache)
    shutil.copytree(older, cache)


def garbage(cache: Path, older: Path, chance: random.Random) -> None:
    for path in cache.glob("catalog*"):
        path.write_bytes(chance.randbytes(path.stat().st_size))


def log_cut_short(cache: Path, older: Path, chance: random.Random) -> None:
    """SQLite's log goes as far as the disk had it (sqlite.org/wal.html): some earlier moment."""
    from_earlier(cache, older, chance)
    for path in cache.glob("*-wal"):
        os.truncate(path, chance.randint(0, path.stat().st_size))


def file_cut_short(cache: Path, older: Path, chance: random.Random) -> None:
    for path in cache.glob("*.db"):
        os.truncate(path, chance.randint(0, path.stat().st_size))


def emptied(cache: Path, older: Path, chance: random.Random) -> None:
    for path in cache.iterdir():
        path.write_bytes(b"")


CATALOGS = (
    from_earlier,
    log_cut_short,
    from_earlier,
    garbage,
    deleted,
    log_cut_short,
    file_cut_short,
    emptied,
)


@pytest.mark.parametrize("seed", range(LOSSES))
async def test_what_was_promised_is_there_after_a_loss_of_power(tmp_path: Path, seed: int) -> None:
    folder, chance = tmp_path / "home", random.Random(seed)
    promises, disk, caches = await a_day(folder, seed)
    loss = chance.choice([loss for loss in disk.losses if loss.promises])
    promises = promises[: loss.promises]
    restore(folder, loss, chance)
    ruin = CATALOGS[seed % len(CATALOGS)]
    ruin(folder / "cache", caches[chance.randrange(loss.promises)], chance)
    store = await LocalStore.open(folder, clock=SYSTEM)
    try:
        survivor = Writer(store, "two", 0, seed)
        promises += [await survivor.deed() for _ in range(chance.randint(0, 4))]
        if any("catalog is damaged" in problem for problem in (await store.check()).problems):
            assert ruin is file_cut_short  # no loss of power does that; it is noticed, and said so
            await store.rebuild()
        await assert_intact(store, promises)
    finally:
        await store.aclose()


@pytest.mark.parametrize("seed", range(max(4, LOSSES // 8)))
async def test_a_backup_put_back_under_a_newer_catalog(tmp_path: Path, seed: int) -> None:
    """What the catalog knows and the documents do not say is gone; a cursor from then is read again."""
    folder, chance = tmp_path / "home", random.Random(seed)
    promises, disk, _ = await a_day(folder, seed)
    loss = chance.choice([loss for loss in disk.losses if loss.promises])
    put_back(folder, loss.kept)
    store = await LocalStore.open(folder, clock=SYSTEM)
    try:
        await assert_intact(store, promises[: loss.promises])
    finally:
        await store.aclose()


async def test_the_simulated_disk_forgets_what_was_not_flushed(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir()
    disk = Disk(folder)
    path = folder / "file"
    with watched(disk), path.open("wb", buffering=0) as file:
        file.write(b"kept")
        os.fdatasync(file.fileno())
        file.write(b"lost")
        assert disk.image() == {}  # nobody flushed the folder's names
        fd = os.open(folder, os.O_RDONLY)
        os.fsync(fd)
        os.close(fd)
    assert disk.image() == {"file": b"kept"}
