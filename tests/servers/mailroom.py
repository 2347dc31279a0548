"""What every server on top of Maildirs offers a test: put mail in, look at what is there."""

from collections.abc import Iterable
from datetime import datetime
from pathlib import Path

from tests.servers import maildir as folders
from tests.servers import process
from tests.servers.corpus.mail import Mail


class Mailroom:
    """The Maildirs below ``mail_root``, one for each user name; ``user`` is the usual one."""

    user = "shop"

    def __init__(self, mail_root: Path, account: process.Account) -> None:
        self._mail_root = mail_root
        self.account = account

    def maildir(self, user: str | None = None) -> Path:
        """The root of a user's Maildir."""
        return self._mail_root / (user or self.user)

    def deliver(
        self,
        raw: bytes,
        folder: str = "INBOX",
        *,
        user: str | None = None,
        flags: tuple[str, ...] = (),
        date: datetime | None = None,
    ) -> None:
        """Put one message into a folder, as a mail transfer agent would. Idling clients hear of it."""
        root, owner = self.maildir(user), self.account.owner
        folders.deliver(root, raw, folder, flags=flags, date=date, owner=owner)

    def fill(self, mails: Iterable[Mail], *, user: str | None = None) -> dict[str, int]:
        """Write a corpus into a user's folders; returns the count of each folder."""
        return folders.write_maildir(self.maildir(user), mails, owner=self.account.owner)

    def messages(self, folder: str = "INBOX", *, user: str | None = None) -> list[folders.Stored]:
        """What lies in a folder now, the oldest file name first; nothing if there is no folder."""
        root = self.maildir(user)
        exists = (folders.folder_path(root, folder) / "cur").is_dir()
        return folders.read(root, folder) if exists else []
