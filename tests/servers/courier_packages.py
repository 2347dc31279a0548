"""Courier-IMAP beside the virtual environment: ``python -m tests.servers.courier_packages``.

Debian's packages are fetched with apt-get and unpacked with dpkg; nothing is installed, so they can
live next to Dovecot's, with which they conflict. Needs no rights, but Debian or Ubuntu and a network.
"""

import re
import subprocess
import sys
import tempfile
from pathlib import Path

UNPACKED = Path(sys.prefix) / "share" / "courier-imap"
PACKAGES = ("courier-imap", "courier-base", "courier-authlib")


def unpack() -> None:
    """Fetch Courier's packages, and the libraries they need and the system lacks; unpack them."""
    UNPACKED.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        wanted, fetched = list(PACKAGES), set[str]()
        while wanted:
            name = wanted.pop()
            fetched.add(name)
            subprocess.run(["apt-get", "download", "-q", name], cwd=folder, check=True)
            [archive] = Path(folder).glob(f"{name}_*.deb")
            subprocess.run(["dpkg", "-x", str(archive), str(UNPACKED)], check=True)
            wanted += [each for each in _libraries(archive) if each not in fetched]


def _libraries(archive: Path) -> list[str]:
    """The libraries a package needs that are not installed, the first of each alternative."""
    told = subprocess.run(
        ["dpkg-deb", "-f", str(archive), "Depends"], capture_output=True, text=True, check=True
    ).stdout
    names = (re.split(r"[ :(|]", part.strip())[0] for part in told.split(","))
    return [name for name in names if name.startswith("lib") and not _installed(name)]


def _installed(name: str) -> bool:
    query = ["dpkg-query", "-W", "-f", "${db:Status-Status}", name]
    return subprocess.run(query, capture_output=True, text=True, check=False).stdout == "installed"


if __name__ == "__main__":
    if not (UNPACKED / "usr/bin/imapd").exists():
        unpack()
