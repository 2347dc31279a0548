"""IMAPClient, tamed: our sockets, bounded answers, nothing logged, and the server's own words kept.

IMAPClient 4.1 and imaplib are wrapped here and nowhere else. What is changed, and why: the socket is ours, so that it
can be cut from another thread; imaplib's debug level, which IMAPClient pins to 5, formats every message for a log
nobody keeps (six times the CPU); imaplib limits a line to 1 MB, a SEARCH of 140,000 messages, and does not limit
a literal at all; the reason a command failed is only in the exception's text, alerts (RFC 3501, 7.1) nowhere.
"""

import imaplib
import re
import socket
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.datetime_util import parse_to_datetime
from imapclient.imap_utf7 import decode as decode_utf7
from imapclient.response_parser import parse_response

from adapters._imap_folders import Folder
from agent_tui.core.errors import Unavailable
from agent_tui.core.text import clean_line

MAX_ANSWER = 256 * 1024 * 1024
"""Bytes one command may be answered with; we never ask for a quarter of it."""

_MAX_LINE = 16 * 1024 * 1024
_MAX_ALERTS = 20
_CODE = re.compile(r"\[([A-Z][A-Z0-9-]*)[^\]]*\]\s*")
T = TypeVar("T")


class Lost(Unavailable):
    """The connection is of no further use."""


class Refused(Unavailable):
    """The server said NO or BAD to one command; the connection still stands."""

    def __init__(self, problem: str, answer: "Answer") -> None:
        super().__init__(problem)
        self.answer = answer


@dataclass(frozen=True, slots=True)
class Answer:
    """How the server finished a command: OK, NO or BAD, the response code (RFC 5530) if any, and its words."""

    status: str
    code: str
    text: str


def read_answer(status: bytes, data: bytes) -> Answer:
    """The answer in a tagged line."""
    text = data.decode("utf-8", "replace")
    found = _CODE.match(text)
    words = clean_line(text[found.end() :] if found else text)
    return Answer(status.decode("ascii", "replace"), found[1] if found else "", words[:500])


class _Protocol(imaplib.IMAP4):
    """imaplib on a socket of ours, with bounds, remembering how the last command ended."""

    def __init__(self, sock: socket.socket, host: str, port: int, timeout: float) -> None:
        self._given = sock
        self._received = 0
        self.answered: Answer | None = None
        self.alerts: list[str] = []
        super().__init__(host, port, timeout)

    def _create_socket(self, timeout: float | None) -> socket.socket:  # noqa: ARG002 - imaplib's signature
        return self._given

    def read(self, size: int) -> bytes:
        self._count(size)
        return bytes(super().read(size))

    def readline(self) -> bytes:
        file: Any = self.file
        line: bytes = file.readline(_MAX_LINE + 1)
        if len(line) > _MAX_LINE:
            raise self.abort("a line of the answer is too long")
        self._count(len(line))
        return line

    def fresh(self) -> None:
        """Forget what came before: the next command is answered by what comes now (a BYE is never forgotten)."""
        self._received = 0
        self.answered = None
        for kind in [kind for kind in self.untagged_responses if kind != "BYE"]:
            del self.untagged_responses[kind]

    def _count(self, size: int) -> None:
        self._received += size
        if self._received > MAX_ANSWER:
            raise self.abort("the answer is too long")

    def _get_response(self) -> bytes | None:
        line: bytes | None = super()._get_response()  # type: ignore[misc]
        if line is None:
            return None
        tags: Any = self.tagre
        if tagged := tags.match(line):
            self.answered = read_answer(tagged["type"], tagged["data"])
        if b"[ALERT]" in line[:100] and len(self.alerts) < _MAX_ALERTS:
            self.alerts.append(clean_line(line.partition(b"[ALERT]")[2].decode("utf-8", "replace"))[:500])
        return line


class _Client(IMAPClient):  # type: ignore[misc]
    """IMAPClient on a connected socket."""

    def __init__(self, sock: socket.socket, host: str, port: int, timeout: float, *, tls: bool) -> None:
        self._make: Callable[[], _Protocol] = lambda: _Protocol(sock, host, port, timeout)
        super().__init__(host, port, ssl=tls, timeout=timeout)
        self._imap.debug = 0
        self.normalise_times = False

    def _create_IMAP4(self) -> _Protocol:  # noqa: N802 - IMAPClient's name
        return self._make()


class Wire:
    """One connection. Every method of the libraries is called through `ask`, which tells the failures apart."""

    def __init__(self, sock: socket.socket, host: str, port: int, timeout: float, *, tls: bool) -> None:
        """Reads the greeting and the capabilities. Raises Lost."""
        self.client: Any = self._guard("greeting", lambda: _Client(sock, host, port, timeout, tls=tls))
        self.protocol: _Protocol = self.client._imap

    def ask(self, what: str, method: Callable[..., T], *arguments: object) -> T:
        """`method`'s result. Raises Refused when the server said no, Lost when the connection is of no more use."""
        self.protocol.fresh()
        return self._guard(what, lambda: method(*arguments))

    def search(self, criteria: Sequence[object]) -> list[int]:
        """The UIDs that match. Criteria may not hold line ends: they would start a command of their own."""
        for criterion in criteria:
            _refuse_line_ends(criterion)
        return list(self.ask("SEARCH", self.client.search, list(criteria)))

    def list_folders(self, command: str) -> list[Folder]:
        """Every folder, by ``LIST`` or an extended form of it; a line that makes no sense is passed over."""
        lines = self.ask("LIST", self._listed, command)
        return [folder for line in lines if (folder := _folder(line)) is not None]

    def _listed(self, command: str) -> list[Any]:
        arguments = [*command.split()[1:], '""', '"*"']
        status, _ = self.protocol._simple_command("LIST", *arguments)
        if status != "OK":
            raise imaplib.IMAP4.error("LIST failed")
        return self.protocol.untagged_responses.pop("LIST", None) or []

    def fetch(self, numbers: str, items: str, *, by_uid: bool = True) -> list[dict[bytes, Any]]:
        """Each FETCH response on its own, in the order they came, unsolicited ones too: the caller sorts them out.

        IMAPClient's own `fetch` merges them by number, so that news of the 22nd message lands on UID 22.
        """
        data = self.ask("FETCH", self._fetched, numbers, items, by_uid)
        return self._guard("FETCH", lambda: list(_responses(parse_response(data))))

    def _fetched(self, numbers: str, items: str, by_uid: bool) -> list[Any]:
        protocol = self.protocol
        status, data = protocol.uid("FETCH", numbers, items) if by_uid else protocol.fetch(numbers, items)
        if status != "OK":
            raise imaplib.IMAP4.error("FETCH failed")
        return data

    def _guard(self, what: str, do: Callable[[], T]) -> T:
        try:
            return do()
        except imaplib.IMAP4.abort as error:
            raise Lost(f"the connection broke during {what}: {clean_line(str(error))[:300]}") from error
        except imaplib.IMAP4.error as error:
            answer = self.protocol.answered if hasattr(self, "protocol") else None
            if answer is not None and answer.status in ("NO", "BAD"):
                raise Refused(f"the server refused {what}: {answer.text or answer.code}", answer) from error
            raise Lost(f"{what} failed: {clean_line(str(error))[:300]}") from error
        except OSError as error:
            raise Lost(f"the connection broke during {what}: {clean_line(str(error))[:300]}") from error
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
            # What the libraries raise on an answer that makes no sense; reading on would misread what follows.
            raise Lost(
                f"the answer to {what} cannot be understood: {clean_line(str(error))[:300]}"
            ) from error


def internal_date(value: object) -> datetime | None:
    """The moment in an INTERNALDATE (RFC 3501, 9), aware, in UTC; None when it is none."""
    if not isinstance(value, bytes):
        return None
    try:
        moment: datetime = parse_to_datetime(value, normalise=False)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError, TypeError):
        return None


def _refuse_line_ends(criterion: object) -> None:
    """Raises ValueError: IMAPClient sends what follows a line end as a command (its issue 657)."""
    if isinstance(criterion, (list, tuple)):
        for inner in criterion:
            _refuse_line_ends(inner)
        return
    text = criterion.decode("latin-1") if isinstance(criterion, bytes) else str(criterion)
    if any(char in text for char in "\r\n\0"):
        raise ValueError("a search criterion holds a line end")


def _folder(line: Any) -> Folder | None:
    """A line of LIST: marks, separator, name (RFC 3501, 7.2.2). IMAPClient fails for all when one is odd."""
    if not line:
        return None
    try:
        marks, separator, name = parse_response([line])[:3]
        text = decode_utf7(name) if isinstance(name, bytes) else str(name)
        marks = frozenset(bytes(mark).decode("ascii").lower() for mark in marks)
        return Folder(text, (separator or b"").decode("ascii"), marks)
    except (ValueError, TypeError, AttributeError, imaplib.IMAP4.error, RecursionError):
        return None


def _responses(tokens: Sequence[Any]) -> Any:
    for _, items in zip(tokens[::2], tokens[1::2], strict=False):
        if isinstance(items, tuple) and len(items) % 2 == 0:
            yield {_key(items[i]): items[i + 1] for i in range(0, len(items), 2)}


def _key(token: Any) -> bytes:
    return token.upper() if isinstance(token, bytes) else b""
