"""News about mail we sent: delivery reports, and read receipts.

A report names the message it is about by its Message-ID, and we believe it only for ids that are provably ours
(`_message_ids`): a forged bounce changes nothing. Most servers write RFC 3464 reports; two in five write prose, which
the second half of this file reads by the words servers use. Whatever is not clearly about a message of ours is left to
be filed as an ordinary, automatic mail.
"""

import re
from dataclasses import dataclass

from adapters._charsets import decode
from adapters._headers import Headers
from adapters._message_ids import own_keys
from adapters._parts import Part
from agent_tui.core.addresses import Address
from agent_tui.core.language import N_
from agent_tui.core.model import DeliveryState
from agent_tui.core.text import clean_line

_MAX_PROSE = 200_000
_MAX_REASON = 300

_DAEMONS = frozenset(
    {"mailer-daemon", "postmaster", "mailer_daemon", "mailerdaemon", "mail-daemon", "mdaemon"}
)
_BOUNCED = re.compile(
    r"undeliver|not delivered|delivery (?:status notification|failure|has failed|report|problem)|returned mail"
    r"|failure notice|delivery failed|mail delivery (?:failed|system)|mail system error|could not be delivered"
    r"|unzustellbar|nicht zugestellt|non remis|échec|no se ha podido entregar|no entregado|rechazado"
    r"|não entregue|falha na entrega|mancata consegna|onbestelbaar|niet bezorgd|niedostarcz|не доставлен"
    r"|teslim edilemedi|kan inte levereras|配信できません|投递失败|退信|반송",
    re.IGNORECASE,
)
_DELAYED = re.compile(
    r"delayed|will (?:continue to )?(?:be re)?(?:try|tried)|still (?:trying|being)|not yet been delivered"
    r"|do not need to resend|warning only|verzögert|retardé|retrasado",
    re.IGNORECASE,
)
_REASON = re.compile(r"(?:^|[\s#(:])(?:5\d\d[ -]|5\.\d{1,3}\.\d{1,3}\b)")
_STANDARD = frozenset(
    f"message/{main}{sub}"
    for main in ("", "global-")
    for sub in ("delivery-status", "disposition-notification")
)
_ACTIONS = {
    "failed": DeliveryState.FAILED,
    "delivered": DeliveryState.DELIVERED,
    "relayed": DeliveryState.SENT,
    "expanded": DeliveryState.SENT,
}
"""RFC 3464, 2.3.3. A delay is no state of ours: the mail is still on its way."""


@dataclass(frozen=True, slots=True)
class Report:
    """What became of our message `key`, and why."""

    key: str
    delivery: DeliveryState
    error: str | None = None


def read_report(mail: Part, sender: Address | None, secret: bytes) -> Report | None:
    """The report a mail is; None when it is none, or not about a message of ours."""
    headers = mail.headers
    if mail.kind != "multipart/report" and not is_daemon(headers, sender):
        return None
    parts = list(mail.leaves())
    written = next((part for part in parts if part.kind in _STANDARD), None)
    news = _standard(written) if written else _prose(parts, headers, sender)
    if news is None:
        return None
    keys = _originals(parts, headers, secret)
    return Report(keys[0], *news) if keys else None


def is_daemon(headers: Headers, sender: Address | None) -> bool:
    """Whether a mail server wrote this, not a person."""
    bounced = "x-failed-recipients" in headers or headers.raw("return-path").strip() == b"<>"
    return bounced or _is_server(sender)


def _is_server(sender: Address | None) -> bool:
    return sender is not None and sender.value.partition("@")[0] in _DAEMONS


def _source(part: Part) -> str:
    """A part's text, of a mail within the mail too."""
    return decode(part.content[:_MAX_PROSE], part.parameters.get("charset", ""))


def _originals(parts: list[Part], headers: Headers, secret: bytes) -> list[str]:
    """The keys of our messages named in the returned headers, else in the report's own, else anywhere in it."""
    returned = [
        _source(part) for part in parts if "rfc822" in part.kind or part.kind.startswith("message/global")
    ]
    notified = [_source(part) for part in parts if part.kind.endswith("disposition-notification")]
    own = [decode(headers.raw(name)) for name in ("x-original-message-id", "in-reply-to", "references")]
    prose = [_source(part) for part in parts if part.kind in ("text/plain", "text/html")]
    for texts in (notified, returned, own, prose):
        keys = own_keys("\n".join(texts), secret)
        if keys:
            return keys
    return []


_FIELD = re.compile(r"^([A-Za-z-]+):[ \t]*(.*(?:\r?\n[ \t].*)*)", re.MULTILINE)


def _standard(part: Part) -> tuple[DeliveryState, str | None] | None:
    """What the machine-readable part says: RFC 3464 and 6533 for deliveries, RFC 8098 for read receipts."""
    source = _source(part)
    if part.kind.endswith("delivery-status"):
        return _delivery(source)
    shown = re.search(r"^disposition:.*;\s*displayed", source, re.IGNORECASE | re.MULTILINE)
    return (DeliveryState.READ, None) if shown else None


def _delivery(source: str) -> tuple[DeliveryState, str | None] | None:
    """The worst that happened to any recipient."""
    told: dict[DeliveryState, str] = {}
    for block in re.split(r"\r?\n[ \t]*\r?\n", source):
        fields = {name.lower(): clean_line(value) for name, value in _FIELD.findall(block)}
        state = _ACTIONS.get(fields.get("action", "").lower().split(" ")[0])
        if state:
            told.setdefault(state, _explanation(fields))
    for state in (DeliveryState.FAILED, DeliveryState.SENT, DeliveryState.DELIVERED):
        if state in told:
            return state, told[state] if state is DeliveryState.FAILED else None
    return None


def _explanation(fields: dict[str, str]) -> str:
    who = fields.get("final-recipient") or fields.get("original-recipient") or ""
    why = fields.get("diagnostic-code") or fields.get("status") or N_("no reason given")
    recipient, reason = (text.rpartition(";")[2].strip() for text in (who, why.replace("smtp;", "", 1)))
    return (f"{recipient}: {reason}" if recipient else reason)[:_MAX_REASON]


def _prose(
    parts: list[Part], headers: Headers, sender: Address | None
) -> tuple[DeliveryState, str | None] | None:
    """What a report without a machine-readable part says; None for delays and for what is no bounce."""
    text = "\n".join(_source(part) for part in parts if part.kind == "text/plain")
    subject = headers.text("subject")
    surely = "x-failed-recipients" in headers or _BOUNCED.search(subject)
    if not (surely or (_is_server(sender) and _BOUNCED.search(text[:2_000]))):
        return None
    if _DELAYED.search(subject) or (_DELAYED.search(text[:4_000]) and not _REASON.search(text[:4_000])):
        return None
    reason = next((line for line in text.split("\n") if _REASON.search(line)), subject)
    return DeliveryState.FAILED, clean_line(reason)[:_MAX_REASON]
