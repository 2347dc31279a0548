"""Somebody with a Matrix client: the requests a person's program makes, one method each, as the specification has them.

Every method fails on an answer that is no 200, and says which.
"""

import itertools
import time
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

import httpx

API = "/_matrix/client/v3"
_numbers = itertools.count(1)


class Person:
    """One user, signed in on one device."""

    def __init__(self, url: str, user_id: str, token: str, password: str = "") -> None:
        self.url = url
        self.user_id = user_id
        self.token = token
        self._password = password

    def elsewhere(self) -> "Person":
        """The same user, signed in on another device."""
        who = {"type": "m.id.user", "user": self.user_id}
        said = self.ask(
            "POST", "/login", {"type": "m.login.password", "identifier": who, "password": self._password}
        )
        return Person(self.url, self.user_id, said["access_token"], self._password)

    def ask(self, method: str, path: str, said: object = None, **query: Any) -> Any:
        """One request below the client API, and what was answered."""
        answer = self.raw(
            method, path, json=said if said is not None or method == "GET" else {}, params=query
        )
        assert answer.status_code == 200, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer.json()

    def raw(
        self, method: str, path: str, *, headers: Mapping[str, str] | None = None, **request: Any
    ) -> httpx.Response:
        """One request, and the answer as it is. A path of its own begins with ``/_matrix``."""
        where = path if path.startswith("/_matrix") else f"{API}{path}"
        with httpx.Client(trust_env=False, verify=False, timeout=60) as client:  # no certificates to load
            told = {"Authorization": f"Bearer {self.token}", **(headers or {})}
            return client.request(method, f"{self.url}{where}", headers=told, **request)

    def room(self, *, invite: Sequence[str] = (), direct: bool = True, **more: Any) -> str:
        """Make a room and ask people in."""
        preset = "trusted_private_chat" if direct else "private_chat"
        told = {"preset": preset, "is_direct": direct, "invite": list(invite), **more}
        return str(self.ask("POST", "/createRoom", told)["room_id"])

    def join(self, room: str) -> None:
        """Go in, once we may: an invitation may still be on its way."""
        self.ask("POST", f"/join/{quote(room)}")

    def members(self, room: str) -> dict[str, str]:
        """Everybody the room knows, and how they stand to it."""
        events = self.ask("GET", f"/rooms/{quote(room)}/members")["chunk"]
        return {event["state_key"]: event["content"]["membership"] for event in events}

    def say(self, room: str, text: str, **more: Any) -> str:
        """A text message; what else its content has."""
        return self.send(room, {"msgtype": "m.text", "body": text, **more})

    def send(self, room: str, content: Mapping[str, Any], kind: str = "m.room.message", key: str = "") -> str:
        """Any event. `key`: the transaction id."""
        txn = key or f"t{next(_numbers)}-{time.time_ns()}"
        return str(self.ask("PUT", f"/rooms/{quote(room)}/send/{kind}/{txn}", dict(content))["event_id"])

    def state(self, room: str, kind: str, content: Mapping[str, Any], key: str = "") -> str:
        """Change what a room is."""
        said = self.ask("PUT", f"/rooms/{quote(room)}/state/{kind}/{quote(key)}", dict(content))
        return str(said["event_id"])

    def redact(self, room: str, event: str) -> str:
        """Take a message back."""
        path = f"/rooms/{quote(room)}/redact/{quote(event)}/t{next(_numbers)}-{time.time_ns()}"
        return str(self.ask("PUT", path, {})["event_id"])

    def read(self, room: str, event: str) -> None:
        """Say that everything up to an event was read."""
        self.ask("POST", f"/rooms/{quote(room)}/receipt/m.read/{quote(event)}")

    def upload(self, data: bytes, media_type: str, name: str = "") -> str:
        """A file's bytes; where they are then."""
        where = "/_matrix/media/v3/upload"
        told = {"filename": name} if name else {}
        answer = self.raw("POST", where, content=data, params=told, headers={"Content-Type": media_type})
        assert answer.status_code == 200, answer.text
        return str(answer.json()["content_uri"])

    def download(self, uri: str) -> bytes:
        """The bytes at a place."""
        answer = self.raw("GET", f"/_matrix/client/v1/media/download/{uri.removeprefix('mxc://')}")
        assert answer.status_code == 200, answer.text
        return answer.content

    def heard(self, room: str, *, limit: int = 500) -> list[dict[str, Any]]:
        """Everything in a room that is a message, oldest first."""
        found: list[dict[str, Any]] = []
        start = ""
        while True:
            more = {"from": start} if start else {}
            page = self.ask("GET", f"/rooms/{quote(room)}/messages", dir="b", limit=limit, **more)
            found += [event for event in page["chunk"] if event["type"] == "m.room.message"]
            if not (start := page.get("end", "")):
                return found[::-1]
