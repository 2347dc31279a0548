"""Which folder holds what we sent: by its mark (RFC 6154), else by its name, in the languages of the world.

Pure. Marks are compared without case: Cyrus writes ``\\sent``. Names are looked for at the top and directly under
INBOX (Courier keeps everything there), in the composed form and without case.
"""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

_UNUSABLE = frozenset({"\\noselect", "\\nonexistent"})

# What mail programs and servers call it. Without spaces and hyphens, which vary.
_NAMES = """
sent sentitems sentmessages sentmail sente-mail sentitem
gesendet gesendeteelemente gesendeteobjekte gesendetenachrichten gesendetemails
envoyés éléments-envoyés envoyes messages-envoyés courrier-envoyé objets-envoyés mails-envoyés
enviados elementos-enviados mensajes-enviados correos-enviados correo-enviado
enviadas itens-enviados mensagens-enviadas correio-enviado e-mails-enviados items-enviados
inviata posta-inviata inviati messaggi-inviati elementi-inviati oggetti-inviati
verzonden verzonden-items verzonden-berichten verzonden-objecten
skickat skickade skickade-objekt skickade-meddelanden sendt sendte sendt-post sendte-elementer sendte-beskeder
sendte-meldinger lähetetyt lähetetyt-viestit saadetud saadetud-kirjad nosūtītie nosūtītie-vienumi išsiųsta išsiųsti
wysłane elementy-wysłane wysłane-wiadomości odeslané odeslaná-pošta odeslaná odoslané odoslaná-pošta
poslano poslane-stavke poslato послато poslana-pošta elküldött elküldött-elemek elküldött-üzenetek elküldött-levelek
trimise elemente-trimise mesaje-trimise изпратени отправленные отправленные-элементы исходящие-отправленные
надіслані відправлені gönderilmiş gönderilenler gönderilmiş-öğeler gönderilmiş-postalar gönderilmiş-iletiler
σταλμένα απεσταλμένα απεσταλμένα-στοιχεία enviats elements-enviats bidalita bidalitakoak
נשלח דואר-שנשלח פריטים-שנשלחו المرسلة العناصر-المرسلة البريد-المرسل المرسل ارسال-شده
送信済み 送信済みアイテム 送信済みメール 送信済みトレイ 送信済 已发送 已发送邮件 已發送 已發送郵件 已傳送郵件 已传送 寄件備份 寄件备份
보낸-편지함 보낸-메일함 보낸-메일 ส่งแล้ว รายการที่ถูกส่ง จดหมายที่ส่ง đã-gửi thư-đã-gửi mục-đã-gửi terkirim item-terkirim surat-terkirim
"""


@dataclass(frozen=True, slots=True)
class Folder:
    """A folder of the account; `marks` in lower case, `separator` empty where there is no hierarchy."""

    name: str
    separator: str = ""
    marks: frozenset[str] = frozenset()

    @property
    def usable(self) -> bool:
        """Can it be opened?"""
        return not self.marks & _UNUSABLE


def find_sent(folders: Sequence[Folder]) -> str | None:
    """The name of the folder sent mail is filed in, or None when nothing tells."""
    usable = [folder for folder in folders if folder.usable]
    marked = [folder.name for folder in usable if "\\sent" in folder.marks]
    if marked:
        return marked[0]
    named = [folder for folder in usable if folder.name.upper() != "INBOX" and _leaf(folder) in _SENT]
    return min(named, key=_rank).name if named else None


def find_marked(folders: Iterable[Folder], mark: str) -> str | None:
    """The name of the folder that bears a mark such as ``\\all``."""
    return next((folder.name for folder in folders if folder.usable and mark in folder.marks), None)


def find_named(folders: Iterable[Folder], name: str) -> str | None:
    """The folder as the server spells it: exactly, else without the namespace's prefix. INBOX is always there."""
    if name.upper() == "INBOX":
        return "INBOX"
    usable = [folder for folder in folders if folder.usable]
    exact = [folder.name for folder in usable if folder.name == name]
    under = [
        folder.name for folder in usable if folder.name.upper() == f"INBOX{folder.separator}{name}".upper()
    ]
    return next(iter(exact + under), None)


def _leaf(folder: Folder) -> str:
    """The last part of a name, if it stands at the top or directly under INBOX."""
    parts = folder.name.split(folder.separator) if folder.separator else [folder.name]
    if len(parts) > 2 or (len(parts) == 2 and parts[0].upper() != "INBOX"):
        return ""
    return _key(parts[-1])


def _rank(folder: Folder) -> tuple[int, str]:
    """Of several candidates the plainest: "Sent" before "Sent Items"."""
    return (_ORDER[_leaf(folder)], folder.name)


def _key(name: str) -> str:
    return re.sub(r"[\s_-]+", "", unicodedata.normalize("NFC", name).casefold())


_ORDER = {_key(name): index for index, name in enumerate(_NAMES.split())}
_SENT = frozenset(_ORDER)
