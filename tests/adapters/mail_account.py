"""Mail accounts on the servers of the tests."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from adapters._mail_account import Server, Settings
from agent_tui.core import addresses
from agent_tui.core.secrets import Secret

SHOP = addresses.email("shop@bakery.example")
ANA = addresses.email("ana@customer.example")
BEN = addresses.email("ben@customer.example")
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


class Listening(Protocol):
    """A server of `tests.servers`."""

    host: str
    port: int


def account(
    home: Path,
    *,
    imap: Listening | None = None,
    smtp: Listening | None = None,
    secret: str = "secret",
    **changes: Any,
) -> Settings:
    """An account; a server that is not given is one nobody listens at."""
    kept = home / "mail-secret"
    kept.write_text(secret, encoding="utf-8")
    settings = Settings(
        address=SHOP,
        imap=Server(host="127.0.0.1", port=imap.port if imap else 9, tls="none"),
        smtp=Server(host="127.0.0.1", port=smtp.port if smtp else 9, tls="none"),
        password=Secret({"file": str(kept)}),
        token=Secret({"file": str(kept)}),
        since_days=0,
        timeout_seconds=20.0,
    )
    return replace(settings, **changes)
