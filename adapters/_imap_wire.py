"""IMAPClient, tamed: our sockets, bounded answers, nothing logged, and the server's own words kept.

IMAPClient 4.1 and imaplib are wrapped here and nowhere else. What is changed, and why: the socket is ours, so that it
can be cut from another thread; imaplib's debug level, which IMAPClient pins to 5, formats every message for a log
nobody keeps (six times the CPU); imaplib limits a line to 1 MB, a SEARCH of 140,000 messages, and does not limit
a literal at all; the reason a command failed is only in the exception's text, alerts nowhere; IMAPClient's `search`
sends what follows a line end as a command, and fails when the answer comes in two lines.
"""

import imaplib
import re
import socket
from collections.abc import Callable, Sequence
from datetime import date
from typing import Any, TypeVar

from imapclient import IMAPClient
from imapclient.datetime_util import format_criteria_date

from adapters._imap_answers import (
    Answer,
    Item,
    Record,
    read_alert,
    read_answer,
    read_fetch,
    read_folder,
    read_search,
)
from adapters._imap_folders import Folder
from agent_tui.core.errors import Unavailable
from agent_tui.core.language import _
from agent_tui.core.text import clean_line

MAX_ANSWER = 256 * 1024 * 1024
"""Bytes one command may be answered with; we never ask for a quarter of it."""

_MAX_LINE = 16 * 1024 * 1024
_MAX_ALERTS = 20
_ATOM = re.compile(r"[A-Za-z0-9:*,._-]+")
T = TypeVar("T")


class Lost(Unavailable):
    """The connection is of no further use."""


class Refused(Unavailable):
    """The server said NO or BAD to one command; the connection still stands."""

    def __init__(self, problem: str, answer: Answer) -> None:
        super().__init__(problem)
        self.answer = answer


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
            raise self.abort(_("a line of the answer is too long"))
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
            raise self.abort(_("the answer is too long"))

    def _get_response(self) -> bytes | None:
        line: bytes | None = super()._get_response()  # type: ignore[misc]
        if line is None:
            return None
        tags: Any = self.tagre
        if tagged := tags.match(line):
            self.answered = read_answer(tagged["type"], tagged["data"])
        if (alert := read_alert(line)) and len(self.alerts) < _MAX_ALERTS:
            self.alerts.append(alert)
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

    def search(self, criteria: Sequence[str | date]) -> list[int]:
        """The UIDs that match. Criteria are words, dates and ranges; ValueError for one that would end the command."""
        arguments = [_criterion(criterion) for criterion in criteria]
        lines = self.ask("SEARCH", self._untagged, "SEARCH", "UID", "SEARCH", *arguments)
        return self._guard("SEARCH", lambda: read_search(lines))

    def list_folders(self, command: str) -> list[Folder]:
        """Every folder, by ``LIST`` or an extended form of it; a line that makes no sense is passed over."""
        lines = self.ask("LIST", self._untagged, "LIST", *command.split(), '""', '"*"')
        return [folder for line in lines if (folder := read_folder(line)) is not None]

    def fetch(self, numbers: str, items: str, *, by_uid: bool = True) -> list[dict[bytes, Item]]:
        """Each FETCH response on its own, in the order they came, unsolicited ones too: the caller sorts them out."""
        command = ("UID", "FETCH") if by_uid else ("FETCH",)
        records = self.ask("FETCH", self._untagged, "FETCH", *command, numbers, items)
        return self._guard("FETCH", lambda: list(read_fetch(records)))

    def noop(self) -> None:
        """Let the server say what is new."""
        self.ask("NOOP", self._untagged, "NOOP", "NOOP")

    def _untagged(self, kind: str, *command: str) -> list[Record]:
        protocol: Any = self.protocol
        status, _other = protocol._simple_command(*command)
        if status != "OK":
            raise imaplib.IMAP4.error(f"{kind} failed")
        return list(protocol.untagged_responses.get(kind, []))

    def _guard(self, what: str, do: Callable[[], T]) -> T:
        try:
            return do()
        except imaplib.IMAP4.abort as error:
            raise Lost(
                _("the connection broke during {what}: {reason}").format(
                    what=what, reason=clean_line(str(error))[:300]
                )
            ) from error
        except imaplib.IMAP4.error as error:
            answer = self.protocol.answered if hasattr(self, "protocol") else None
            if answer is not None and answer.status in ("NO", "BAD"):
                raise Refused(
                    _("the server refused {what}: {text}").format(what=what, text=answer.text or answer.code),
                    answer,
                ) from error
            raise Lost(f"{what} failed: {clean_line(str(error))[:300]}") from error
        except OSError as error:
            raise Lost(
                _("the connection broke during {what}: {reason}").format(
                    what=what, reason=clean_line(str(error))[:300]
                )
            ) from error
        except (ValueError, LookupError, TypeError, AttributeError, AssertionError, RecursionError) as error:
            # What the libraries raise on an answer that makes no sense; reading on would misread what follows.
            raise Lost(
                _("the answer to {what} cannot be understood: {reason}").format(
                    what=what, reason=clean_line(str(error))[:300]
                )
            ) from error


def _criterion(criterion: str | date) -> str:
    """One argument of SEARCH, quoted where needed (RFC 3501, 4.3)."""
    if isinstance(criterion, date):
        return bytes(format_criteria_date(criterion)).decode("ascii")
    if not criterion.isascii() or not criterion.isprintable():
        raise ValueError("a search criterion holds a line end or what is not ASCII")
    return criterion if _ATOM.fullmatch(criterion) else '"' + re.sub(r'(["\\])', r"\\\1", criterion) + '"'
