"""A real Synapse on loopback: a Matrix server of its own, with nobody to federate with.

    with Synapse() as server:
        ana = server.person("ana")
        room = ana.room(invite=["@shop:shop.example"])
        ana.say(room, "hello")

It keeps its data in SQLite in a folder that goes when it does; `restart` keeps the folder. It is installed by
``scripts/setup system`` into an environment of its own. `limits`: as a public server has them, else there are none.
"""

import functools
import hmac
import itertools
import json
import secrets
import subprocess
import sys
from hashlib import sha1
from pathlib import Path
from typing import Any

import httpx

from tests.servers import process
from tests.servers.synapse_people import Person

__all__ = ["NAME", "Person", "Synapse", "available"]

NAME = "shop.example"
LARGEST_FILE = 1_000_000
PYTHON = Path(sys.prefix) / "share" / "synapse" / "bin" / "python"
_NO_LIMIT = {"per_second": 100_000, "burst_count": 100_000}


@functools.cache
def available() -> str | None:
    """None if Synapse can run here, else what is missing."""
    ready = (PYTHON.parents[1] / "constraints-synapse.txt").exists()  # written last: it is installed whole
    return None if ready else "matrix-synapse (run: scripts/setup system)"


class Synapse(process.Server):
    """One server. Its port, people and rooms survive ``restart``; leaving it removes them."""

    host = process.HOST
    available = staticmethod(available)

    def __init__(self, *, limits: bool = False) -> None:
        super().__init__()
        self.home = process.Home("synapse", process.ourselves())
        [self.port] = process.free_ports(1)
        self.url = f"http://{self.host}:{self.port}"
        self._secret = secrets.token_hex(16)
        self._names = itertools.count(1)
        self._configure(limits=limits)

    def _configure(self, *, limits: bool) -> None:
        home = self.home.path
        (home / "signing.key").write_text(f"ed25519 a_test {secrets.token_urlsafe(32)[:42]}A\n")
        (home / "log.json").write_text(json.dumps(_log(home / "synapse.log")))
        told = {
            **_files(home),
            **_listening(self.host, self.port),
            **(_limits(_NO_LIMIT) if not limits else {}),
        }
        told["registration_shared_secret"] = self._secret
        told |= {name: secrets.token_hex(16) for name in ("macaroon_secret_key", "form_secret")}
        (home / "homeserver.json").write_text(json.dumps(told))

    def start(self) -> None:
        """Start, and wait until it answers. Raises TimeoutError with the end of the log."""
        child = Path(__file__).with_name("synapse_child.py")
        with (self.home.path / "stderr.log").open("ab") as log:
            self._process = subprocess.Popen(
                [str(PYTHON), "-I", str(child), "--config-path", str(self.home.path / "homeserver.json")],
                cwd=self.home.path,
                stdin=subprocess.PIPE,
                stdout=subprocess.DEVNULL,
                stderr=log,
            )
        try:
            process.wait_until(self._answers, "Synapse", seconds=60)
        except TimeoutError as error:
            self.stop()
            raise TimeoutError(f"{error}: {self.log()[-2000:]}") from error

    def _answers(self) -> bool:
        if self._process is not None and self._process.poll() is not None:
            raise TimeoutError("Synapse ended")
        try:
            return httpx.get(f"{self.url}/health", timeout=5, trust_env=False).status_code == 200
        except httpx.HTTPError:
            return False

    def stop(self) -> None:
        """End the process and wait for it."""
        tie = self._process.stdin if self._process else None
        super().stop()
        if tie is not None:
            tie.close()

    def restart(self) -> None:
        """Stop and start on the same port; every connection is lost, nothing that was said is."""
        self.stop()
        self.start()

    def __exit__(self, *exception: object) -> None:
        self.stop()
        self.home.remove()

    def log(self) -> str:
        """What the server has logged so far."""
        files = (self.home.path / name for name in ("stderr.log", "synapse.log"))
        return "".join(file.read_text(errors="replace") for file in files if file.exists())

    def person(self, name: str = "", *, shown: str = "") -> Person:
        """Somebody new, signed in. Without a name it is one that nobody has; `shown` is how others see it."""
        name = name or f"person{next(self._names)}"
        url = f"{self.url}/_synapse/admin/v1/register"
        nonce = httpx.get(url, timeout=30, trust_env=False).json()["nonce"]
        password = secrets.token_hex(8)
        proof = hmac.digest(self._secret.encode(), f"{nonce}\0{name}\0{password}\0notadmin".encode(), sha1)
        who = {"nonce": nonce, "username": name, "displayname": shown or name, "password": password}
        said = httpx.post(url, json={**who, "mac": proof.hex()}, timeout=30, trust_env=False)
        assert said.status_code == 200, said.text
        return Person(self.url, said.json()["user_id"], said.json()["access_token"], password)


def _files(home: Path) -> dict[str, Any]:
    return {
        "server_name": NAME,
        "database": {"name": "sqlite3", "args": {"database": str(home / "homeserver.db")}},
        "media_store_path": str(home / "media"),
        "signing_key_path": str(home / "signing.key"),
        "log_config": str(home / "log.json"),
        "max_upload_size": LARGEST_FILE,
    }


def _listening(host: str, port: int) -> dict[str, Any]:
    resources = [{"names": ["client"], "compress": False}]
    listener = {"port": port, "type": "http", "tls": False, "bind_addresses": [host], "resources": resources}
    return {
        "listeners": [listener],
        "federation_domain_whitelist": [],
        "trusted_key_servers": [],
        "report_stats": False,
        "enable_registration": False,
        "bcrypt_rounds": 4,
    }


def _limits(limit: dict[str, int]) -> dict[str, Any]:
    places = {
        "rc_joins": ("local", "remote"),
        "rc_login": ("address", "account", "failed_attempts"),
        "rc_invites": ("per_room", "per_user", "per_issuer"),
        "rc_presence": ("per_user",),
    }
    plain = ("rc_message", "rc_registration", "rc_joins_per_room", "rc_room_creation")
    return {name: dict.fromkeys(where, limit) for name, where in places.items()} | dict.fromkeys(plain, limit)


def _log(file: Path) -> dict[str, Any]:
    handler = {"class": "logging.FileHandler", "filename": str(file), "formatter": "plain"}
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
        "handlers": {"file": handler},
        "root": {"level": "WARNING", "handlers": ["file"]},
    }
