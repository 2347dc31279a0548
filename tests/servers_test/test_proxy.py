"""The proxy is transparent by default and breaks connections in the ways it promises."""

import smtplib
import socket
import time
from collections.abc import Iterator

import pytest
from imapclient import IMAPClient

from tests.servers.proxy import Proxy
from tests.servers.scripted_imap import ScriptedImap
from tests.servers.smtp import SmtpServer

MAIL = b"Message-ID: <1@a.example>\r\nSubject: hello\r\n\r\n" + b"there\r\n" * 200


@pytest.fixture
def server() -> Iterator[ScriptedImap]:
    with ScriptedImap() as running:
        running.inbox.add(MAIL)
        yield running


@pytest.fixture
def net(server: ScriptedImap) -> Iterator[Proxy]:
    with Proxy(server.port) as running:
        yield running


def _raw(net: Proxy) -> socket.socket:
    raw = socket.create_connection((net.host, net.port), timeout=20)
    assert raw.recv(100) == b"* OK ready\r\n"
    return raw


def _fetched(net: Proxy) -> bytes:
    client = IMAPClient(net.host, net.port, ssl=False, timeout=20)
    try:
        client.login(ScriptedImap.user, ScriptedImap.password)
        client.select_folder("INBOX")
        body: bytes = client.fetch([1], ["BODY.PEEK[]"])[1][b"BODY[]"]
        return body
    finally:
        client.shutdown()


@pytest.mark.parametrize("segment", [None, 1, 7])
def test_bytes_pass_whole_in_any_segments(net: Proxy, segment: int | None) -> None:
    net.segment = segment
    assert _fetched(net) == MAIL
    assert net.passed["down"] > len(MAIL)
    assert net.connections == 1


def test_a_delay_is_paid_each_way(net: Proxy) -> None:
    with _raw(net) as raw:
        net.delay = 0.05
        begin = time.monotonic()
        raw.sendall(b"a NOOP\r\n")
        assert raw.recv(100) == b"a OK done\r\n"
        assert time.monotonic() - begin >= 0.1


@pytest.mark.parametrize("reset", [False, True])
def test_cut_now(net: Proxy, reset: bool) -> None:
    with _raw(net) as raw:
        net.cut(reset=reset)
        if reset:
            with pytest.raises(ConnectionResetError):
                raw.recv(1)
        else:
            assert raw.recv(1) == b""
    with _raw(net):
        assert net.connections == 2


def test_cut_after_some_bytes(net: Proxy) -> None:
    net.cut_after(5)
    with socket.create_connection((net.host, net.port), timeout=20) as raw:
        received = b""
        while data := raw.recv(100):
            received += data
    assert received == b"* OK "


def test_half_open(net: Proxy) -> None:
    with _raw(net) as raw:
        net.stall()
        raw.settimeout(0.1)
        raw.sendall(b"a NOOP\r\n")
        with pytest.raises(TimeoutError):
            raw.recv(1)
        net.resume()
        raw.settimeout(20)
        raw.sendall(b"b NOOP\r\n")
        assert raw.recv(100) == b"b OK done\r\n", "what was sent meanwhile is lost"


def test_a_refused_port_opens_again(net: Proxy) -> None:
    net.refuse()
    with pytest.raises(ConnectionRefusedError):
        socket.create_connection((net.host, net.port), timeout=20)
    net.accept()
    with _raw(net) as raw:
        raw.sendall(b"a NOOP\r\n")
        assert raw.recv(100) == b"a OK done\r\n"


def test_a_server_that_is_not_there(net: Proxy, server: ScriptedImap) -> None:
    server.stop()
    with socket.create_connection((net.host, net.port), timeout=20) as raw:
        assert raw.recv(1) == b"", "closed without a greeting"


def test_smtp_before_and_after_the_final_dot() -> None:
    with SmtpServer() as server, Proxy(server.port) as net:
        net.cut_before(b"\r\n.\r\n")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            _send(net)
        assert server.accepted == []
        net.lose_reply_to(b"\r\n.\r\n")
        with pytest.raises(smtplib.SMTPServerDisconnected):
            _send(net)
        assert [each.raw for each in server.wait_for(1)] == [MAIL]
        _send(net)
        assert len(server.wait_for(2)) == 2


def _send(net: Proxy) -> None:
    with smtplib.SMTP(net.host, net.port, "localhost", timeout=20) as client:
        client.sendmail("a@a.example", ["b@b.example"], MAIL)
