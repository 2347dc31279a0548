"""The folder of sent mail: our copy in it, and what it proves.

Who files the copy? Gmail and Microsoft 365 do when they are handed a message to send; doing it as well makes two.
Everybody else leaves it to the mail program. So a message that is found there has left; a message that is not there
has certainly not left only where the provider files by itself.
"""

from datetime import datetime

from adapters._imap_folders import find_marked
from adapters._imap_session import Session, find
from adapters._imap_wire import Refused
from adapters._mail_account import Settings

_MICROSOFT = (".outlook.com", ".office365.com", ".office365.us", ".hotmail.com", ".partner.outlook.cn")


def provider_files(settings: Settings, session: Session) -> bool:
    """Does whoever sends for us put a copy into the folder of sent mail?"""
    smtp = f".{settings.smtp.host.lower()}"
    google = session.is_gmail and (smtp.endswith((".gmail.com", ".google.com", ".googlemail.com")))
    return google or smtp.endswith(_MICROSOFT)


def file_copy(settings: Settings, session: Session, message_id: str, data: bytes, at: datetime) -> bool:
    """Put a copy among the sent mail, unless the provider does, or did. Raises Refused or Lost; False: no folder."""
    if settings.sent_copy == "never" or (settings.sent_copy == "auto" and provider_files(settings, session)):
        return True
    sent = find(settings, session).sent
    if sent is None:
        return False
    if not holds(session, sent, message_id):
        session.append(sent, data, at)
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
