"""A disk that is full or read-only, and folders that are nobody else's business."""

import asyncio
import os
import resource
import shutil
import stat
import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

import pytest

from agent_tui.core.attachments import Attachment
from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import Full, StoreError
from agent_tui.core.model import Message
from agent_tui.core.store import CursorUpdate
from storage.local import LocalStore
from tests.contracts.records import MAIL, NOW, came, cid, customer
from tests.storage.deeds import Promise, Writer, assert_intact

ROOT = Path(__file__).parents[2]
NOBODY = 65534


@asynccontextmanager
async def opened(folder: Path, cache: Path | None = None) -> AsyncIterator[LocalStore]:
    store = await LocalStore.open(folder, clock=SYSTEM, cache_dir=cache)
    try:
        yield store
    finally:
        await store.aclose()


@contextmanager
def no_file_longer_than(size: int) -> Iterator[None]:
    """Files of this process end at `size` bytes (setrlimit(2)): a write is cut short, the next one fails."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


async def refusal(writer: Writer, promises: list[Promise]) -> Full:
    """Works until the disk takes no more."""
    for _ in range(5000):
        try:
            promises.append(await writer.deed())
        except Full as error:
            return error
    raise AssertionError("the disk was never full")


@pytest.mark.parametrize("size", [1, 700, 4095, 4096, 30_000, 70_000, 200_000, 300_000])
async def test_what_a_full_disk_refused_was_not_kept(tmp_path: Path, size: int) -> None:
    """In journals, files and catalog alike; and with space again all goes on."""
    async with opened(tmp_path / "home") as store:
        writer = Writer(store, "one", 0, seed=size)
        promises = [await writer.deed() for _ in range(3)]
        with no_file_longer_than(size):
            assert (await refusal(writer, promises)).remedy
        refused = came("m-refused", text="x" * size)
        with no_file_longer_than(size), pytest.raises(Full):
            await store.write([refused], cursor=CursorUpdate(channel=MAIL, cursor="1"))
        assert await store.get(Message, "m-refused") is None
        assert await store.cursor(MAIL) is None
        promises += [await writer.deed() for _ in range(5)]
        await store.write([refused], cursor=CursorUpdate(channel=MAIL, cursor="1"))
        assert await store.get(Message, "m-refused") == refused
        await assert_intact(store, promises)
    async with opened(tmp_path / "home") as again:
        await assert_intact(again, promises)


async def test_a_file_that_does_not_fit_leaves_no_message(tmp_path: Path) -> None:
    file = Attachment(name="f", media_type="text/plain", size=9_000_000, digest="ab" * 32)
    message = came("m-1", attachments=(file,))
    async with opened(tmp_path / "home") as store:
        await store.write([customer()])
        with no_file_longer_than(8_000_000), pytest.raises(Full):
            await store.write([message], blobs={file.digest: bytes(9_000_000)})
        assert await store.get(Message, "m-1") is None
        await store.write([message], blobs={file.digest: bytes(9_000_000)})
        assert len(await store.blob(message.address, file.digest)) == 9_000_000


@pytest.fixture
def shared_folder() -> Iterator[Path]:
    """A folder that another user can reach."""
    folder = Path(tempfile.mkdtemp(prefix="agent-tui-test-"))
    folder.chmod(0o755)
    yield folder
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir():
            path.chmod(0o700)
    shutil.rmtree(folder)


def protect(folder: Path) -> None:
    """Takes the right to write away."""
    for path in [folder, *folder.rglob("*")]:
        path.chmod(0o555 if path.is_dir() else 0o444)


def contents(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and "cache" not in path.parts)
    return {str(path): path.read_bytes() for path in paths}


async def test_a_folder_that_cannot_be_written_is_said_so(shared_folder: Path) -> None:
    folder = shared_folder / "home"
    async with opened(folder) as store:
        await store.write([came("m-1")])
    protect(folder)
    if os.geteuid() == 0:
        for path in [folder, *folder.rglob("*")]:
            os.chown(path, NOBODY, NOBODY)
    before = contents(folder)
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.storage.visitor", str(folder), str(NOBODY)),
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    said, complaint = await process.communicate()
    assert complaint.decode() == ""
    assert said.startswith(b"refused: ")
    assert b" / " in said.strip()
    assert contents(folder) == before


async def test_a_path_that_is_a_file_is_said_so(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("not a folder")
    with pytest.raises(StoreError):
        await LocalStore.open(path, clock=SYSTEM)
    assert path.read_text() == "not a folder"


@pytest.mark.parametrize("mask", [0o000, 0o022, 0o077])
async def test_nobody_else_can_look_inside(tmp_path: Path, mask: int) -> None:
    former = os.umask(mask)
    try:
        await _work(tmp_path / "home", None)
        await _work(tmp_path / "split", tmp_path / "its-cache")
    finally:
        os.umask(former)
    for root in ("home", "split", "its-cache"):
        _assert_private(tmp_path / root)


async def test_a_folder_that_stood_open_is_closed(tmp_path: Path) -> None:
    folder = tmp_path / "home"
    folder.mkdir(0o777)
    folder.chmod(0o777)
    await _work(folder, None)
    _assert_private(folder)


async def _work(folder: Path, cache: Path | None) -> None:
    async with opened(folder, cache) as store:
        writer = Writer(store, "one", 0, seed=1)
        for _ in range(20):
            await writer.deed()
        assert await store.lease(MAIL, "one") is not None
        await store.rebuild()
        _assert_private(folder)  # while everything is open, WAL and all


def _assert_private(folder: Path) -> None:
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [folder, *folder.rglob("*")]}
    wrong = {
        str(path): oct(mode) for path, mode in modes.items() if mode != (0o700 if path.is_dir() else 0o600)
    }
    assert wrong == {}
    assert len(modes) >= 4


async def test_another_folder_may_hold_the_catalog(tmp_path: Path) -> None:
    async with opened(tmp_path / "home", tmp_path / "cache") as store:
        await store.write([came("m-1")])
    assert not list((tmp_path / "home").rglob("*.db"))
    shutil.rmtree(tmp_path / "cache")
    async with opened(tmp_path / "home", tmp_path / "cache") as store:
        card = await store.card(cid("ana"), NOW)
        assert card is not None
        assert card.unread == 1
