"""The folder of sent mail: our copy in it, and what it proves.

Who files the copy? Gmail and Microsoft 365 do when they are handed a message to send; doing it as well makes two.
Everybody else leaves it to the mail program. So a message that is found there has left; a message that is not there
has certainly not left only where the provider files by itself.
"""

from dataclasses import dataclass
from datetime import datetime

from adapters._imap_folders import find_marked
from adapters._imap_session import Session, find
from adapters._imap_wire import Refused
from adapters._mail_account import Settings

# Google's relay for whole companies, smtp-relay.gmail.com, files nothing.
GOOGLE = frozenset({"smtp.gmail.com", "smtp.googlemail.com"})
MICROSOFT = frozenset(
    {"smtp.office365.com", "smtp-mail.outlook.com", "outlook.office365.com", "smtp.office365.us"}
    | {"smtp.partner.outlook.cn", "smtp.outlook.com"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Copy:
    """A message that was sent, to be filed among the sent mail."""

    message_id: str
    data: bytes
    at: datetime


def wanted(settings: Settings) -> bool:
    """Is the copy ours to file?"""
    return settings.sent_copy == "always" or (settings.sent_copy == "auto" and not provider_files(settings))


def provider_files(settings: Settings) -> bool:
    """Does whoever sends for us put a copy among the sent mail?"""
    return settings.smtp.host.lower() in GOOGLE | MICROSOFT


def keeps_ids(settings: Settings) -> bool:
    """Is it known that the provider sends and files under the Message-ID we gave?"""
    return settings.smtp.host.lower() in GOOGLE


def file_copy(settings: Settings, session: Session, copy: Copy) -> bool:
    """Put a copy among the sent mail, unless it is there. Raises Refused or Lost; False: there is no such folder."""
    sent = find(settings, session).sent
    if sent is None:
        return False
    if not holds(session, sent, copy.message_id):
        session.leave()
        session.append(sent, copy.data, copy.at)
    return True


def look(settings: Settings, session: Session, message_id: str) -> bool:
    """Is this message among the sent mail, or did it come back to us, as a copy to ourselves does?

    Raises Refused or Lost when that cannot be told.
    """
    folders = find(settings, session)
    if folders.sent is not None and holds(session, folders.sent, message_id):
        return True
    others = [find_marked(folders.listed, "\\all"), *folders.all]
    return any(_may_hold(session, place, message_id) for place in others if place not in (None, folders.sent))


def holds(session: Session, folder: str, message_id: str) -> bool:
    """Is a message with this id in the folder?"""
    session.examine(folder)
    return bool(session.wire.search(["HEADER", "Message-ID", message_id]))


def _may_hold(session: Session, folder: str | None, message_id: str) -> bool:
    """The same of a folder that proves something only when the message is there."""
    try:
        return folder is not None and holds(session, folder, message_id)
    except Refused:
        return False
