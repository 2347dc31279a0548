"""From what the chat server tells to what the port speaks: messages, news of ours, and what cannot be read.

Everything a visitor wrote passes `clean` here; where that changed something, the original is kept beside it. Who they
say to be becomes words on the message, never more: a claim opens nobody's history.
"""

from collections.abc import Callable, Mapping
from datetime import UTC, datetime

import msgspec

from adapters import _chat_files as chat_files
from adapters._chat_wire import Answered, Claims, Event, FileInfo, Left, Reached, Said
from agent_tui.core import channel as port
from agent_tui.core.addresses import Address, email
from agent_tui.core.channel import File, Progress, Received, Unreadable
from agent_tui.core.language import N_, _
from agent_tui.core.model import Claim, DeliveryState
from agent_tui.core.text import clean, clean_line

SCHEME = "web"
LOGIN = "login"
LATEST = datetime(9000, 1, 1, tzinfo=UTC)

_DECODER: "msgspec.json.Decoder[Event]" = msgspec.json.Decoder(Event)


class _Any(msgspec.Struct):
    """What can be told of an event that cannot be read."""

    uid: str = ""
    at: int = 0


def address(site: str, visitor: str) -> Address:
    """Where a visitor is reached: ``web:www.example.com/3f9a…``."""
    return Address(SCHEME, f"{clean_line(site)}/{clean_line(visitor)}")


def parted(where: Address) -> tuple[str, str]:
    """The website and the visitor of an address of ours; empty when it is none."""
    site, _sep, visitor = where.value.rpartition("/")
    return (site, visitor) if where.scheme == SCHEME and site else ("", "")


def decoded(raw: bytes, now: Callable[[], datetime]) -> Event | Unreadable:
    """One event, or what is left of it."""
    try:
        return _DECODER.decode(raw)
    except msgspec.MsgspecError as error:
        try:
            known = msgspec.json.decode(raw, type=_Any)
        except msgspec.MsgspecError:
            known = _Any()
        name = clean_line(known.uid)[:100] or chat_files.digest(raw)
        at = moment(known.at) if known.at else now()
        return Unreadable(external_id=name, at=at, raw=raw, reason=clean_line(str(error)))


def moment(milliseconds: int) -> datetime:
    """A time of the server's; one beyond all calendars is the latest there is."""
    try:
        return datetime.fromtimestamp(milliseconds / 1000, UTC)
    except (OverflowError, ValueError, OSError):
        return LATEST


def wanted(event: Event) -> tuple[FileInfo, ...]:
    """The files to fetch before an event can be filed."""
    return event.files if isinstance(event, Said | Answered) else ()


def filed(event: Event, data: Mapping[str, bytes | None]) -> tuple[port.Event, ...]:
    """What the port says of an event; `data` holds its files' bytes, None for one that is gone."""
    if isinstance(event, Reached):
        state = DeliveryState.READ if event.seen else DeliveryState.DELIVERED
        return tuple(Progress(delivery=state, at=moment(event.at), key=key) for key in event.keys)
    if isinstance(event, Left):
        return (_left(event),)
    if isinstance(event, Answered):
        return (_answered(event, data),)
    return (_said(event, data),)


def _said(event: Said, data: Mapping[str, bytes | None]) -> Received:
    text = clean(event.text)
    files, lost = _files(event.files, data)
    return Received(
        external_id=event.uid,
        sender=address(event.site, event.visitor),
        sender_name=clean_line(event.name),
        at=moment(event.at),
        text=text,
        files=files,
        notices=(*_claimed(event.claims), *lost),
        claims=_claims(event.site, event.claims),
        raw=None if text == event.text else msgspec.json.encode(event),
    )


def _left(event: Left) -> Received:
    mail = clean_line(event.mail)
    return Received(
        external_id=event.uid,
        sender=address(event.site, event.visitor),
        sender_name=clean_line(event.name),
        at=moment(event.at),
        text=f"Please answer by mail to {mail}.",
        reply_to=_mail(mail),
        claims=tuple(Claim(address=it, why=N_("asks for the answer there")) for it in _mail(mail)),
        notices=(_("says the mail address is {mail}").format(mail=mail),),
    )


def _mail(text: str) -> tuple[Address, ...]:
    """The mail address they typed, if it is one."""
    try:
        return (email(clean_line(text)),)
    except ValueError:
        return ()


def _claims(site: str, claims: Claims | None) -> tuple[Claim, ...]:
    """The addresses they are said to have; a login is one too: the same at every visit, on every device."""
    if claims is None:
        return ()
    found = [Claim(address=it, why=N_("typed it into the website's chat")) for it in _mail(claims.mail)]
    if claims.user:
        login = Address(LOGIN, f"{clean_line(site)}/{clean_line(claims.user)}")
        found.append(Claim(address=login, why=N_("the website's login says so"), vouched=True))
        found += [
            Claim(address=it, why=N_("the website's login says so"), vouched=True)
            for it in _mail(claims.login_mail)
        ]
    return tuple(found)


def _answered(event: Answered, data: Mapping[str, bytes | None]) -> Received:
    """Something of ours comes back, or another terminal said it."""
    files, lost = _files(event.files, data)
    return Received(
        external_id=event.uid,
        sender=Address(SCHEME, clean_line(event.site)),
        recipients=(address(event.site, event.visitor),),
        at=moment(event.at),
        text=clean(event.text),
        files=files,
        notices=lost,
        ours=True,
        key=event.key,
    )


def _claimed(claims: Claims | None) -> tuple[str, ...]:
    """Who they say to be, in words; what the website's login says stands first and apart."""
    if claims is None:
        return ()
    user, login_name, login_mail, name, mail = (
        clean_line(text)
        for text in (claims.user, claims.login_name, claims.login_mail, claims.name, claims.mail)
    )
    found = []
    if user:
        beside = ", ".join(part for part in (login_name, login_mail) if part)
        found.append(
            _("the website vouches: customer {user}").format(user=user) + (f" ({beside})" if beside else "")
        )
    found += [_("says the name is {name}").format(name=name)] if name else []
    found += [_("says the mail address is {mail}").format(mail=mail)] if mail else []
    return tuple(found)


def _files(
    infos: tuple[FileInfo, ...], data: Mapping[str, bytes | None]
) -> tuple[tuple[File, ...], tuple[str, ...]]:
    """The files there are, and words about those that are gone."""
    files, lost = [], []
    for info in infos:
        content = data.get(info.id)
        if content is None:
            lost.append(
                _("the file {name} is not at the chat server any more").format(name=clean_line(info.name))
            )
            continue
        kind = chat_files.sniffed(content) or chat_files.OTHER
        files.append(File(name=chat_files.safe_name(info.name, kind), media_type=kind, data=content))
    return tuple(files), tuple(lost)
