"""Connections that can be cut from any thread, and failures in words."""

import errno
import socket
import ssl
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from adapters._dial import Cut, Lifeline, dial, explain
from adapters._mail_account import Server
from agent_tui.core.errors import NeedsPerson, Unavailable

AT = Server(host="mail.example.com", port=993)


def waiting(work: Callable[[], object]) -> tuple[threading.Thread, list[BaseException]]:
    failed: list[BaseException] = []

    def run() -> None:
        try:
            work()
        except (Unavailable, OSError) as error:
            failed.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    return thread, failed


def test_cutting_wakes_a_reader_and_a_sleeper() -> None:
    lifeline = Lifeline()
    ours, theirs = socket.socketpair()
    with ours, theirs:

        def read() -> None:
            with lifeline.holding(ours):
                assert ours.recv(1) == b""
                lifeline.check()

        threads = [waiting(read), waiting(lambda: lifeline.wait(30))]
        lifeline.cut()
        for thread, failed in threads:
            thread.join(5)
            assert [type(error) for error in failed] == [Cut]


def test_what_is_cut_stays_cut() -> None:
    lifeline = Lifeline()
    lifeline.cut()
    lifeline.cut()
    ours, theirs = socket.socketpair()
    with ours, theirs, pytest.raises(Cut), lifeline.holding(ours):
        pytest.fail("it was too late to begin")
    with pytest.raises(Cut):
        lifeline.wait(0.001)
    with pytest.raises(Cut), dial(Server(host="127.0.0.1", port=9, tls="none"), lifeline, 1.0, None):
        pytest.fail("it was too late to begin")


def test_hooks_are_called_once_also_when_it_is_too_late() -> None:
    called: list[str] = []
    lifeline = Lifeline()
    lifeline.on_cut(lambda: called.append("before"))
    lifeline.cut()
    lifeline.cut()
    lifeline.on_cut(lambda: called.append("after"))
    assert called == ["before", "after"]


def test_a_connection_ends_with_its_block() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(host="127.0.0.1", port=listener.getsockname()[1], tls="none")
        lifeline = Lifeline()
        with dial(server, lifeline, 5.0, None) as sock:
            there, _ = listener.accept()
            assert sock.getsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE)
            assert sock.gettimeout() == 5.0
        with there:
            there.settimeout(5)
            assert there.recv(1) == b""  # no duplicate holds it open
        assert sock.fileno() == -1


def test_connecting_itself_can_be_cut() -> None:
    """A full backlog leaves the handshake unanswered, as a firewall that drops packets does."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        port = listener.getsockname()[1]
        crowd = [socket.socket() for _ in range(4)]
        for each in crowd:
            each.setblocking(False)
            each.connect_ex(("127.0.0.1", port))
        lifeline = Lifeline()
        server = Server(host="127.0.0.1", port=port, tls="none")
        thread, failed = waiting(lambda: dial(server, lifeline, 30.0, None).__enter__())
        while not lifeline._handles:
            thread.join(0.01)
        lifeline.cut()
        thread.join(5)
        assert not thread.is_alive()
        assert [type(error) for error in failed] == [Cut]
        for each in crowd:
            each.close()


def verification_error() -> ssl.SSLCertVerificationError:
    error = ssl.SSLCertVerificationError(1, "certificate verify failed")
    error.verify_message = "self-signed certificate"
    return error


@pytest.mark.parametrize(
    ("error", "kind", "words"),
    [
        (
            verification_error(),
            NeedsPerson,
            "the certificate of mail.example.com:993 cannot be trusted: self-signed",
        ),
        (
            ssl.SSLError(1, "[SSL: WRONG_VERSION_NUMBER] wrong version number"),
            NeedsPerson,
            "does not speak TLS",
        ),
        (ssl.SSLEOFError(8, "EOF occurred in violation of protocol"), Unavailable, "EOF occurred"),
        (
            socket.gaierror(-2, "Name or service not known"),
            Unavailable,
            "the name mail.example.com was not found",
        ),
        (TimeoutError("timed out"), Unavailable, "mail.example.com:993 does not answer"),
        (ConnectionRefusedError(errno.ECONNREFUSED, "refused"), Unavailable, "refuses connections"),
        (
            OSError(errno.ENETUNREACH, "Network is unreachable"),
            Unavailable,
            "mail.example.com:993: Network is unreach",
        ),
        (OSError("\x1b[2Jodd"), Unavailable, "mail.example.com:993: odd"),
    ],
)
def test_failures_in_words(error: OSError, kind: type[Exception], words: str) -> None:
    told = explain(error, AT)
    assert type(told) is kind
    assert words in told.problem
    assert told.problem.isprintable()


def test_a_ca_file_that_is_not_there(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(host="127.0.0.1", port=listener.getsockname()[1])
        with (
            pytest.raises(NeedsPerson, match="ca_file"),
            dial(server, Lifeline(), 5.0, tmp_path / "none.pem"),
        ):
            pytest.fail("nothing was verified")
