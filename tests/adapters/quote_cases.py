"""What mail programs write round a quotation, language by language: the cases of `test_quotes`."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Language:
    """The forms of one language. `headers` names From, Date, To and Subject as Outlook does."""

    name: str
    answer: str
    attributions: tuple[str, ...]
    headers: tuple[str, str, str, str]
    original: str
    forwarded: str
    mobile: str


LANGUAGES = [
    Language(
        name="English",
        answer="Yes, Monday is fine.",
        attributions=(
            "On Mon, Mar 4, 2024 at 10:11 AM Ana Sousa <ana@example.com> wrote:",
            "On Mon, Mar 4, 2024 at 10:11 AM Ana Maria Sousa de Albuquerque <\nana@example.com> wrote:",
            "On 04/03/2024 10:11, Ana Sousa wrote:",
            "On Mar 4, 2024, at 10:11, Ana Sousa <ana@example.com> wrote:",
            "On Monday, March 4, 2024 at 10:11:12 AM GMT+1, Ana Sousa\n<ana@example.com> wrote:",
        ),
        headers=("From", "Sent", "To", "Subject"),
        original="-----Original Message-----",
        forwarded="---------- Forwarded message ---------",
        mobile="Sent from my iPhone",
    ),
    Language(
        name="German",
        answer="Ja, Montag passt.",
        attributions=(
            "Am Mo., 4. März 2024 um 10:11 Uhr schrieb Ana Sousa <ana@example.com>:",
            "Am 04.03.2024 um 10:11 schrieb Ana Sousa:",
            "Am Mo., 4. März 2024 um 10:11 Uhr schrieb Ana Sousa <\nana@example.com>:",
            "> Ana Sousa <ana@example.com> hat am 04.03.2024 10:11 CET geschrieben:"[2:],
        ),
        headers=("Von", "Gesendet", "An", "Betreff"),
        original="-----Ursprüngliche Nachricht-----",
        forwarded="-------- Weitergeleitete Nachricht --------",
        mobile="Von meinem iPhone gesendet",
    ),
    Language(
        name="French",
        answer="Oui, lundi me convient.",
        attributions=(
            "Le lun. 4 mars 2024 à 10:11, Ana Sousa <ana@example.com> a écrit :",
            "Le 04/03/2024 à 10:11, Ana Sousa a écrit :",
            "Le lun. 4 mars 2024 à 10:11, Ana Sousa <ana@example.com> a\nécrit :",
        ),
        headers=("De", "Envoyé", "À", "Objet"),
        original="-----Message d'origine-----",
        forwarded="---------- Message transféré ---------",
        mobile="Envoyé de mon iPhone",
    ),
    Language(
        name="Spanish",
        answer="Sí, el lunes está bien.",
        attributions=(
            "El lun, 4 mar 2024 a las 10:11, Ana Sousa (<ana@example.com>) escribió:",
            "El 04/03/2024 a las 10:11, Ana Sousa escribió:",
            "El lun, 4 mar 2024 a las 10:11, Ana Sousa\n(<ana@example.com>) escribió:",
        ),
        headers=("De", "Enviado", "Para", "Asunto"),
        original="-----Mensaje original-----",
        forwarded="---------- Mensaje reenviado ---------",
        mobile="Enviado desde mi iPhone",
    ),
    Language(
        name="Portuguese",
        answer="Sim, segunda está bem.",
        attributions=(
            "Em seg., 4 de mar. de 2024 às 10:11, Ana Sousa <ana@example.com> escreveu:",
            "Em 04/03/2024 10:11, Ana Sousa escreveu:",
            "Ana Sousa <ana@example.com> escreveu (segunda, 4/03/2024 à(s) 10:11):",
        ),
        headers=("De", "Enviada em", "Para", "Assunto"),
        original="-----Mensagem original-----",
        forwarded="---------- Mensagem encaminhada ---------",
        mobile="Enviado do meu iPhone",
    ),
    Language(
        name="Italian",
        answer="Sì, lunedì va bene.",
        attributions=(
            "Il giorno lun 4 mar 2024 alle ore 10:11 Ana Sousa <ana@example.com> ha scritto:",
            "Il 04/03/2024 10:11, Ana Sousa ha scritto:",
            "Il giorno lun 4 mar 2024 alle ore 10:11 Ana Sousa <ana@example.com>\nha scritto:",
        ),
        headers=("Da", "Inviato", "A", "Oggetto"),
        original="-----Messaggio originale-----",
        forwarded="---------- Messaggio inoltrato ---------",
        mobile="Inviato da iPhone",
    ),
    Language(
        name="Dutch",
        answer="Ja, maandag is goed.",
        attributions=(
            "Op ma 4 mrt 2024 om 10:11 schreef Ana Sousa <ana@example.com>:",
            "Op 4 mrt. 2024, om 10:11 heeft Ana Sousa <ana@example.com> het volgende geschreven:",
            "Op 04-03-2024 om 10:11 schreef Ana Sousa:",
        ),
        headers=("Van", "Verzonden", "Aan", "Onderwerp"),
        original="-----Oorspronkelijk bericht-----",
        forwarded="-------- Doorgestuurd bericht --------",
        mobile="Verstuurd vanaf mijn iPhone",
    ),
    Language(
        name="Polish",
        answer="Tak, poniedziałek pasuje.",
        attributions=(
            "pon., 4 mar 2024 o 10:11 Ana Sousa <ana@example.com> napisał(a):",
            "W dniu 04.03.2024 o 10:11, Ana Sousa pisze:",
            "W dniu 4.03.2024 o 10:11, Ana Sousa\n<ana@example.com> napisała:",
        ),
        headers=("Od", "Wysłano", "Do", "Temat"),
        original="-----Oryginalna wiadomość-----",
        forwarded="---------- Przekazana wiadomość ---------",
        mobile="Wysłane z iPhone'a",
    ),
    Language(
        name="Russian",
        answer="Да, понедельник подходит.",
        attributions=(
            "пн, 4 мар. 2024 г. в 10:11, Ana Sousa <ana@example.com>:",
            "04.03.2024 10:11, Ana Sousa пишет:",
            "4 марта 2024, 10:11, Ana Sousa <ana@example.com> написал(а):",
            "Понедельник, 4 марта 2024, 10:11 +03:00 от Ana Sousa\n<ana@example.com>:",
        ),
        headers=("От", "Отправлено", "Кому", "Тема"),
        original="-----Исходное сообщение-----",
        forwarded="-------- Пересылаемое сообщение --------",
        mobile="Отправлено с iPhone",
    ),
    Language(
        name="Ukrainian",
        answer="Так, понеділок підходить.",
        attributions=("пн, 4 бер. 2024 р. о 10:11 Ana Sousa <ana@example.com> пише:",),
        headers=("Від", "Надіслано", "Кому", "Тема"),
        original="-----Оригінальне повідомлення-----",
        forwarded="-------- Переслане повідомлення --------",
        mobile="Надіслано з iPhone",
    ),
    Language(
        name="Turkish",
        answer="Evet, pazartesi uygun.",
        attributions=(
            "Ana Sousa <ana@example.com>, 4 Mar 2024 Pzt, 10:11 tarihinde şunu yazdı:",
            "04.03.2024 10:11 tarihinde Ana Sousa yazdı:",
        ),
        headers=("Kimden", "Gönderildi", "Kime", "Konu"),
        original="-----Orijinal Mesaj-----",
        forwarded="---------- Yönlendirilmiş ileti ---------",
        mobile="iPhone’umdan gönderildi",
    ),
    Language(
        name="Swedish",
        answer="Ja, måndag passar.",
        attributions=(
            "Den mån 4 mars 2024 kl 10:11 skrev Ana Sousa <ana@example.com>:",
            "4 mars 2024 kl. 10:11 skrev Ana Sousa <ana@example.com>:",
        ),
        headers=("Från", "Skickat", "Till", "Ämne"),
        original="-----Ursprungligt meddelande-----",
        forwarded="-------- Vidarebefordrat meddelande --------",
        mobile="Skickat från min iPhone",
    ),
    Language(
        name="Danish",
        answer="Ja, mandag er fint.",
        attributions=("Den man. 4. mar. 2024 kl. 10.11 skrev Ana Sousa <ana@example.com>:",),
        headers=("Fra", "Sendt", "Til", "Emne"),
        original="-----Oprindelig meddelelse-----",
        forwarded="-------- Videresendt meddelelse --------",
        mobile="Sendt fra min iPhone",
    ),
    Language(
        name="Finnish",
        answer="Kyllä, maanantai sopii.",
        attributions=("ma 4. maalisk. 2024 klo 10.11 Ana Sousa (ana@example.com) kirjoitti:",),
        headers=("Lähettäjä", "Lähetetty", "Vastaanottaja", "Aihe"),
        original="-----Alkuperäinen viesti-----",
        forwarded="-------- Välitetty viesti --------",
        mobile="Lähetetty iPhonesta",
    ),
    Language(
        name="Czech",
        answer="Ano, pondělí se hodí.",
        attributions=("po 4. 3. 2024 v 10:11 odesílatel Ana Sousa <ana@example.com> napsal:",),
        headers=("Od", "Odesláno", "Komu", "Předmět"),
        original="-----Původní zpráva-----",
        forwarded="---------- Přeposlaná zpráva ---------",
        mobile="Odesláno z iPhonu",
    ),
    Language(
        name="Hungarian",
        answer="Igen, a hétfő jó.",
        attributions=("Ana Sousa <ana@example.com> ezt írta (időpont: 2024. márc. 4., H, 10:11):",),
        headers=("Feladó", "Elküldve", "Címzett", "Tárgy"),
        original="-----Eredeti üzenet-----",
        forwarded="---------- Továbbított üzenet ---------",
        mobile="Elküldve az iPhone-omról",
    ),
    Language(
        name="Greek",
        answer="Ναι, η Δευτέρα είναι εντάξει.",
        attributions=("Στις Δευ 4 Μαρ 2024 στις 10:11 π.μ., ο/η Ana Sousa <ana@example.com> έγραψε:",),
        headers=("Από", "Στάλθηκε", "Προς", "Θέμα"),
        original="-----Αρχικό μήνυμα-----",
        forwarded="---------- Προωθημένο μήνυμα ---------",
        mobile="Στάλθηκε από το iPhone μου",
    ),
    Language(
        name="Hebrew",
        answer="כן, יום שני מתאים.",
        attributions=(
            "\u202bבתאריך יום ב׳, 4 במרץ 2024 ב-10:11 מאת \u202aAna Sousa\u202c\u200f <\u202aana@example.com\u202c\u200f>:\u202c",
            "<U+202B>בתאריך יום ב׳, 4 במרץ 2024 ב-10:11 מאת <U+202A>Ana Sousa<U+202C> <ana@example.com>:<U+202C>",
        ),
        headers=("מאת", "נשלח", "אל", "נושא"),
        original="-----הודעה מקורית-----",
        forwarded="---------- הודעה שהועברה ---------",
        mobile="נשלח מה-iPhone שלי",
    ),
    Language(
        name="Arabic",
        answer="نعم، الاثنين مناسب.",
        attributions=(
            "في الاثنين، 4 مارس 2024 في 10:11 ص تمت كتابة ما يلي بواسطة Ana Sousa <ana@example.com>:",
        ),
        headers=("من", "التاريخ", "إلى", "الموضوع"),
        original="-----الرسالة الأصلية-----",
        forwarded="---------- رسالة معاد توجيهها ---------",
        mobile="مرسل من الـ iPhone",
    ),
    Language(
        name="Japanese",
        answer="はい、月曜日で大丈夫です。",
        attributions=(
            "2024年3月4日(月) 10:11 Ana Sousa <ana@example.com>:",
            "2024年3月4日 10:11、Ana Sousa <ana@example.com>のメール:",
        ),
        headers=("差出人", "送信日時", "宛先", "件名"),
        original="-----元のメッセージ-----",
        forwarded="---------- 転送されたメッセージ ---------",
        mobile="iPhoneから送信",
    ),
    Language(
        name="Chinese",
        answer="好的，星期一可以。",
        attributions=(
            "Ana Sousa <ana@example.com> 于2024年3月4日周一 10:11写道：",
            "Ana Sousa <ana@example.com> 於 2024年3月4日 週一 上午10:11寫道：",
        ),
        headers=("发件人", "发送时间", "收件人", "主题"),
        original="------------------ 原始邮件 ------------------",
        forwarded="---------- 转发的邮件 ---------",
        mobile="发自我的 iPhone",
    ),
    Language(
        name="Korean",
        answer="네, 월요일 괜찮습니다.",
        attributions=("2024년 3월 4일 (월) 오전 10:11, Ana Sousa <ana@example.com>님이 작성:",),
        headers=("보낸 사람", "보낸 날짜", "받는 사람", "제목"),
        original="-----원본 메시지-----",
        forwarded="---------- 전달된 메일 ---------",
        mobile="나의 iPhone에서 보냄",
    ),
]
