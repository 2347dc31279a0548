"""Certificates that are right are trusted; those made wrong on purpose are not."""

import socket
import ssl
from pathlib import Path

import pytest

from tests.servers.certificates import Certificates, available
from tests.servers.smtp import SmtpServer

pytestmark = pytest.mark.skipif(available() is not None, reason=f"needs {available()}")


def _connect(certificates: Certificates, name: str) -> None:
    with (
        SmtpServer(security="tls", certificates=certificates) as server,
        socket.create_connection((server.host, server.port), timeout=20) as raw,
        certificates.client_context().wrap_socket(raw, server_hostname=name) as encrypted,
    ):
        assert encrypted.recv(4) == b"220 "


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1"])
def test_trusted_for_loopback(certificates: Certificates, name: str) -> None:
    _connect(certificates, name)


def test_expired(tmp_path: Path) -> None:
    with pytest.raises(ssl.SSLCertVerificationError, match="expired"):
        _connect(Certificates(tmp_path, expired=True), "localhost")


def test_for_somebody_else(tmp_path: Path) -> None:
    other = Certificates(tmp_path, host="mail.example", address="192.0.2.1")
    with pytest.raises(ssl.SSLCertVerificationError, match="Hostname mismatch"):
        _connect(other, "localhost")
