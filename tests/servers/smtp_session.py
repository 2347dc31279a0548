"""One SMTP connection: aiosmtpd's protocol with the faults of a script worked in."""
# ruff: noqa: N802 (aiosmtpd finds its hooks by these names)

import asyncio
import json
import socket
import struct
from base64 import b64decode
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from aiosmtpd.smtp import MISSING, SMTP, AuthResult, Envelope, LoginPassword, Session

from tests.servers.smtp_faults import Delay, Drop, Faults, Happening, Stage
from tests.servers.smtp_records import Accepted


@dataclass(slots=True)
class Rules:
    """What a server accepts. Passwords and tokens are by user name; refusals by recipient."""

    faults: Faults = field(default_factory=Faults)
    passwords: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, str] = field(default_factory=dict)
    refusals: dict[str, str] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    auth_required: bool = False
    keep: Callable[[Accepted], None] = lambda accepted: None


class Refuser(asyncio.Protocol):
    """A connection that is refused instead of greeted."""

    def __init__(self, happening: Happening) -> None:
        self._happening = happening

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        if not isinstance(transport, asyncio.Transport):
            raise TypeError("TCP only")
        if isinstance(self._happening, str):
            transport.write(self._happening.encode() + b"\r\n")
            transport.close()
        elif isinstance(self._happening, Drop):
            _drop(transport, self._happening)


class Conversation(SMTP):
    """aiosmtpd's session; the DATA command can fail before and inside the message."""

    def __init__(self, rules: Rules, **options: Any) -> None:
        self._rules = rules
        super().__init__(Handler(rules), authenticator=_authenticator(rules), **options)

    async def smtp_DATA(self, arg: str) -> None:
        refused = await happen(self, self._rules.faults, "data")
        if refused:
            await self.push(refused)
            return
        inside = self._rules.faults.take("body")
        if inside is not None:
            await self.push("354 End data with <CR><LF>.<CR><LF>")
            await self._reader.readuntil(b"\r\n")
            await carry_out(self, inside)
        else:
            await super().smtp_DATA(arg)


class Handler:
    """aiosmtpd's hooks: each asks the script first, then does what the rules say."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules

    async def handle_EHLO(
        self, server: SMTP, session: Session, envelope: Envelope, hostname: str, replies: list[str]
    ) -> list[str]:
        refused = await happen(server, self._rules.faults, "ehlo")
        if refused:
            return [refused]
        session.host_name = hostname
        return [each for each in replies if each[4:].split(" ")[0] not in self._rules.hidden]

    async def handle_AUTH(self, server: SMTP, session: Session, envelope: Envelope, args: list[str]) -> Any:
        return await happen(server, self._rules.faults, "auth") or MISSING

    async def handle_MAIL(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refused = await happen(server, self._rules.faults, "mail")
        if not refused and self._rules.auth_required and not session.authenticated:
            refused = "530 5.7.0 Authentication required"
        if refused:
            return refused
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 2.1.0 OK"

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refused = await happen(server, self._rules.faults, "rcpt", address)
        refused = refused or self._rules.refusals.get(address)
        if refused:
            return refused
        envelope.rcpt_tos.append(address)
        return "250 2.1.5 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        happening = self._rules.faults.take("dot")
        if isinstance(happening, str):
            return happening
        await asyncio.get_running_loop().run_in_executor(
            None, self._rules.keep, _accepted(server, session, envelope)
        )
        if happening is not None:
            await carry_out(server, happening)
        return "250 2.0.0 OK queued"

    async def auth_XOAUTH2(self, server: SMTP, args: list[str]) -> AuthResult:
        """RFC 7628's older sister: ``user=…^Aauth=Bearer …^A^A``; a failure is explained first."""
        if len(args) == 1:
            answer = await server.challenge_auth("")
            blob = answer if isinstance(answer, bytes) else b""
        else:
            blob = b64decode(args[1])
        fields = dict(each.partition("=")[::2] for each in blob.decode().split("\x01") if each)
        user, token = fields.get("user", ""), fields.get("auth", "").removeprefix("Bearer ")
        if self._rules.tokens.get(user) == token and token:
            return AuthResult(success=True, auth_data=LoginPassword(user.encode(), b""))
        await server.challenge_auth(json.dumps({"status": "401", "schemes": "Bearer"}))
        return AuthResult(success=False, handled=False)


async def happen(server: SMTP, faults: Faults, stage: Stage, recipient: str | None = None) -> str | None:
    """Do what the script says about ``stage``; the refusal to send, or None to go on."""
    happening = faults.take(stage, recipient)
    if happening is None or isinstance(happening, str):
        return happening
    await carry_out(server, happening)
    return None


async def carry_out(server: SMTP, happening: Happening) -> None:
    """Delay, drop or hang; returns only after a delay. The end of the connection cancels it."""
    if isinstance(happening, Delay):
        await asyncio.sleep(happening.seconds)
        return
    if isinstance(happening, Drop) and isinstance(server.transport, asyncio.Transport):
        _drop(server.transport, happening)
    await asyncio.get_running_loop().create_future()


def _drop(transport: asyncio.Transport, how: Drop) -> None:
    if how.reset:
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    transport.abort()


def _authenticator(rules: Rules) -> Callable[..., AuthResult]:
    def check(
        server: SMTP, session: Session, envelope: Envelope, mechanism: str, given: LoginPassword
    ) -> AuthResult:
        password = rules.passwords.get(given.login.decode(errors="replace"))
        right = password is not None and password.encode() == given.password
        return AuthResult(success=right, handled=False, auth_data=given)

    return check


def _accepted(server: SMTP, session: Session, envelope: Envelope) -> Accepted:
    signed_in = session.auth_data if session.authenticated else None
    transport = server.transport
    return Accepted(
        sender=envelope.mail_from or "",
        recipients=tuple(envelope.rcpt_tos),
        raw=bytes(envelope.original_content or b""),
        login=signed_in.login.decode() if isinstance(signed_in, LoginPassword) else None,
        encrypted=transport is not None and transport.get_extra_info("ssl_object") is not None,
        options=tuple(envelope.mail_options),
    )
