"""Somebody else, who tries to write to a store: ``python -m tests.storage.visitor FOLDER UID``. Says what came of it."""

import asyncio
import os
import sys
from pathlib import Path

from agent_tui.core.clock import SYSTEM
from agent_tui.core.errors import StoreError
from storage.local import LocalStore
from tests.contracts.records import came


async def main(folder: Path) -> str:
    """Opens the store, and writes one message."""
    try:
        store = await LocalStore.open(folder, clock=SYSTEM)
        try:
            await store.write([came("m-2")])
        finally:
            await store.aclose()
    except StoreError as error:
        return f"refused: {error.problem} / {error.remedy}"
    return "written"


if __name__ == "__main__":
    if os.geteuid() == 0:  # who may write everywhere
        os.setgroups([])
        os.setgid(int(sys.argv[2]))
        os.setuid(int(sys.argv[2]))
    sys.stdout.write(asyncio.run(main(Path(sys.argv[1]))))
