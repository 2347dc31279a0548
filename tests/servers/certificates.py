"""A certificate authority for loopback, made with the openssl command.

``Certificates`` writes ``ca.pem``, and a server's ``cert.pem`` and ``key.pem``; ``host`` and
``days`` make wrong ones on purpose.
"""

import functools
import os
import shutil
import ssl
import subprocess
from pathlib import Path


def available() -> str | None:
    """None, or the name of the missing package."""
    return None if shutil.which("openssl") else "openssl"


class Certificates:
    """An authority and one server certificate, below ``directory``.

    ``host`` is the name it is valid for besides ``127.0.0.1``; an address that is not loopback makes
    a certificate for somebody else. ``expired`` makes one that ended yesterday.
    """

    def __init__(
        self, directory: Path, *, host: str = "localhost", address: str = "127.0.0.1", expired: bool = False
    ) -> None:
        directory.mkdir(parents=True, exist_ok=True)
        self.ca = directory / "ca.pem"
        self.certificate = directory / "cert.pem"
        self.key = directory / "key.pem"
        self._make(directory, f"DNS:{host},IP:{address}", expired=expired)

    def give_to(self, owner: tuple[int, int] | None) -> None:
        """Let another user read the files."""
        for each in (self.ca, self.certificate, self.key):
            if owner is not None:
                os.chown(each, *owner)

    def server_context(self) -> ssl.SSLContext:
        """For the serving side."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.certificate, self.key)
        return context

    def client_context(self) -> ssl.SSLContext:
        """For a client that trusts this authority and nobody else."""
        return ssl.create_default_context(cafile=str(self.ca))

    def _make(self, directory: Path, names: str, *, expired: bool) -> None:
        authority, request = directory / "ca.key", directory / "request.pem"
        extensions = directory / "extensions"
        extensions.write_text(f"subjectAltName={names}\nbasicConstraints=CA:FALSE\n")
        new_key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-batch"]
        _openssl("req", "-x509", *new_key, "-keyout", str(authority), "-out", str(self.ca),
                 "-days", "30", "-subj", "/CN=Test authority")  # fmt: skip
        _openssl("req", *new_key, "-keyout", str(self.key), "-out", str(request),
                 "-subj", "/CN=Test server")  # fmt: skip
        _openssl("x509", "-req", "-in", str(request), "-CA", str(self.ca), "-CAkey", str(authority),
                 "-CAcreateserial", "-out", str(self.certificate), "-extfile", str(extensions),
                 "-days", "-1" if expired else "30")  # fmt: skip


@functools.cache
def _binary() -> str:
    found = shutil.which("openssl")
    if found is None:
        raise FileNotFoundError("openssl")
    return found


def _openssl(*arguments: str) -> None:
    subprocess.run([_binary(), *arguments], check=True, capture_output=True, timeout=60)
