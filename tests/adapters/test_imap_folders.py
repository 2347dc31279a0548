"""The folder of sent mail, on every server and in every language."""

import pytest

from adapters._imap_folders import Folder, find_marked, find_named, find_sent


def folders(*names: str, separator: str = "/") -> list[Folder]:
    return [Folder(name, separator) for name in names]


def test_the_mark_decides_however_it_is_written() -> None:
    marked = Folder("Archiv/Ausgang", "/", frozenset({"\\sent"}))
    assert find_sent([*folders("INBOX", "Sent"), marked]) == "Archiv/Ausgang"


@pytest.mark.parametrize(
    "name",
    ["Sent", "SENT ITEMS", "Sent Messages", "Gesendete Elemente", "Éléments envoyés", "E\u0301le\u0301ments envoye\u0301s",
     "Itens Enviados", "Elementos enviados", "Posta inviata", "Verzonden items", "Skickade objekt", "Elementy wysłane",
     "Odeslaná pošta", "Отправленные", "Надіслані", "Gönderilmiş Öğeler", "送信済みアイテム", "已发送邮件", "寄件備份", "보낸 편지함",
     "Απεσταλμένα", "Trimise", "Đã gửi", "Terkirim", "Lähetetyt", "Sendte elementer"],
)  # fmt: skip
def test_without_marks_the_name_decides(name: str) -> None:
    assert find_sent(folders("INBOX", "Drafts", name, "Trash")) == name


def test_everything_may_stand_under_inbox() -> None:
    assert find_sent(folders("INBOX", "INBOX.Drafts", "INBOX.Sent", separator=".")) == "INBOX.Sent"


def test_a_folder_deep_in_an_archive_is_not_it() -> None:
    assert find_sent(folders("INBOX", "Clients/Sent", "INBOX/2019/Sent")) is None


def test_of_several_the_plainest() -> None:
    assert find_sent(folders("Sent Messages", "Gesendet", "Sent", "Sent Items")) == "Sent"


def test_what_cannot_be_opened_is_not_it() -> None:
    assert find_sent([Folder("Sent", "/", frozenset({"\\noselect"}))]) is None
    assert find_sent([Folder("Sent", "/", frozenset({"\\nonexistent", "\\sent"}))]) is None


def test_no_folder_of_sent_mail() -> None:
    assert find_sent(folders("INBOX", "Drafts", "Resent")) is None
    assert find_sent([]) is None


def test_folders_are_found_as_the_server_spells_them() -> None:
    there = folders("INBOX", "INBOX.Support", "Archive", separator=".")
    assert find_named(there, "inbox") == "INBOX"
    assert find_named([], "INBOX") == "INBOX"
    assert find_named(there, "Archive") == "Archive"
    assert find_named(there, "Support") == "INBOX.Support"
    assert find_named(there, "Sales") is None


def test_folders_with_a_mark() -> None:
    marked = Folder("[Gmail]/All Mail", "/", frozenset({"\\all"}))
    assert find_marked([*folders("INBOX"), marked], "\\all") == "[Gmail]/All Mail"
    assert find_marked(folders("INBOX"), "\\all") is None
