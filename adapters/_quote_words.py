"""The words mail programs put round what they quote, in the languages our customers write.

Data and nothing else: `_quotes` reads it. To teach it a language, add its words to each table and its cases to
``tests/adapters/test_quotes.py``. Everything is matched without regard to case. The forms are those that Gmail,
Outlook, Apple Mail, Thunderbird and the large web mailers write.
"""

WROTE: tuple[str, ...] = (
    *("wrote", "writes", "scribbled"),  # English
    *("schrieb", "hat geschrieben", "schrieb am"),  # German
    *("a écrit", "a ecrit", "écrivait"),  # French
    *("escribió", "escribio", "ha escrito", "va escriure", "ha escrit"),  # Spanish, Catalan
    *("escreveu", "escreveu o seguinte"),  # Portuguese
    *("ha scritto", "scrive"),  # Italian
    *("schreef", "heeft geschreven", "het volgende geschreven"),  # Dutch
    *("napisał", "napisała", "napisał(a)", "pisze"),  # Polish
    *("писал", "писала", "писал(а)", "пишет", "написал", "написала", "написал(а)"),  # Russian
    *("пише", "написав", "написав(ла)"),  # Ukrainian
    *("yazdı", "şunu yazdı", "şunları yazdı"),  # Turkish
    *("skrev", "skrev følgende", "skrev följande"),  # Swedish, Danish, Norwegian
    *("kirjoitti",),  # Finnish
    *("napsal", "napsal(a)", "napsala", "napísal", "napísal(a)"),  # Czech, Slovak
    *("írta", "ezt írta"),  # Hungarian
    *("a scris",),  # Romanian
    *("έγραψε",),  # Greek
    *("כתב", "כתבה", "כתב/ה"),  # Hebrew
    *("كتب", "تمت كتابة ما يلي بواسطة"),  # Arabic
    *("đã viết",),  # Vietnamese
    *("menulis",),  # Indonesian, Malay
    *("เขียนว่า",),  # Thai
    *("のメール", "は書きました", "が書きました", "のメッセージ"),  # Japanese
    *("写道", "寫道", "写到", "撰写"),  # Chinese
    *("작성", "님이 작성", "님이 씀", "썼습니다"),  # Korean
)
"""“… wrote:”. A word of the Latin, Greek or Cyrillic script must stand alone; the others may touch a name."""

YOU_WROTE: tuple[str, ...] = ("you wrote", "you writes", "i wrote", "we wrote")
"""What a person says about the person he is writing to: no program's words, unless a quotation follows."""

OPENERS: tuple[str, ...] = (
    *("on", "am", "le", "el", "em", "il", "il giorno", "op", "w dniu", "dnia", "den", "på"),
    *("în", "pe data de", "dne", "v", "στις", "vào", "pada", "pada tanggal", "ในวันที่", "בתאריך", "في"),
    *("missatge de", "von", "from", "в", "у"),
)
"""How the first line of a wrapped “On … wrote:” may begin."""

ORIGINAL: tuple[str, ...] = (
    *("original message", "original email", "reply message", "previous message"),
    *("ursprüngliche nachricht", "originalnachricht", "ursprüngliche mail", "original-nachricht"),
    *("message d'origine", "message d’origine", "message original", "courriel original"),
    *("mensaje original", "missatge original", "mensagem original", "messaggio originale"),
    *("oorspronkelijk bericht", "origineel bericht", "oorspronkelijke bericht"),
    *("oryginalna wiadomość", "wiadomość oryginalna", "treść oryginalnej wiadomości"),
    *("исходное сообщение", "оригинальное сообщение", "оригінальне повідомлення"),
    *("orijinal mesaj", "özgün ileti", "orijinal ileti", "asıl mesaj"),
    *("ursprungligt meddelande", "originalmeddelande", "oprindelig meddelelse", "opprinnelig melding"),
    *("original melding", "alkuperäinen viesti", "původní zpráva", "původní e-mail", "pôvodná správa"),
    *("eredeti üzenet", "mesaj original", "mesajul original", "αρχικό μήνυμα", "הודעה מקורית"),
    *("الرسالة الأصلية", "tin nhắn gốc", "thư gốc", "pesan asli", "ข้อความต้นฉบับ"),
    *(
        "元のメッセージ",
        "元のメール",
        "原始邮件",
        "原郵件",
        "原始郵件",
        "原邮件",
        "원본 메시지",
        "원본 메일",
        "원본메일",
    ),
)
"""“-----Original Message-----”, between rules of any kind."""

FORWARDED: tuple[str, ...] = (
    *("forwarded message", "begin forwarded message", "forwarded by", "forwarded email"),
    *("weitergeleitete nachricht", "anfang der weitergeleiteten nachricht", "weitergeleitete mail"),
    *("message transféré", "message réexpédié", "début du message transféré", "début du message réexpédié"),
    *("mensaje reenviado", "inicio del mensaje reenviado", "missatge reenviat"),
    *("mensagem encaminhada", "mensagem reencaminhada", "início da mensagem encaminhada"),
    *("início da mensagem reencaminhada", "messaggio inoltrato", "inizio messaggio inoltrato"),
    *("doorgestuurd bericht", "begin doorgestuurd bericht", "doorgezonden bericht"),
    *("przekazana wiadomość", "wiadomość przekazana dalej", "początek przekazywanej wiadomości"),
    *("пересылаемое сообщение", "пересланное сообщение", "начало переадресованного сообщения"),
    *("переслане повідомлення", "початок переспрямованого повідомлення"),
    *("yönlendirilmiş ileti", "iletilmiş mesaj", "iletilen mesaj", "yönlendirilen mesaj"),
    *("vidarebefordrat meddelande", "vidarebefordrat brev", "videresendt meddelelse", "videresendt besked"),
    *("videresendt melding", "edelleenlähetetty viesti", "välitetty viesti", "přeposlaná zpráva"),
    *("preposlaná správa", "továbbított üzenet", "továbbított levél", "mesaj redirecționat"),
    *("προωθημένο μήνυμα", "הודעה שהועברה", "رسالة معاد توجيهها", "رسالة مُعاد توجيهها"),
    *("thư đã chuyển tiếp", "pesan diteruskan", "ข้อความที่ส่งต่อ"),
    *("転送されたメッセージ", "転送メッセージ", "转发的邮件", "转发邮件", "轉寄郵件", "轉寄的郵件"),
    *("已转发的邮件", "전달된 메일", "전달된 메시지", "전달 메시지"),
)
"""“---------- Forwarded message”: what follows is what the customer wants us to read."""

FROM: tuple[str, ...] = (
    *("from", "von", "de", "da", "van", "od", "от", "від", "kimden", "gönderen", "från", "fra"),
    *("lähettäjä", "feladó", "de la", "expeditor", "από", "מאת", "من", "từ", "dari", "จาก"),
    *("差出人", "送信者", "发件人", "寄件者", "寄件人", "보낸 사람", "보낸사람", "expéditeur", "mittente"),
)
TO: tuple[str, ...] = (
    *("to", "an", "à", "para", "a", "aan", "do", "komu", "кому", "kime", "alıcı", "till", "til"),
    *("vastaanottaja", "címzett", "către", "προς", "אל", "إلى", "đến", "tới", "kepada", "ถึง", "per"),
    *("宛先", "收件人", "收件者", "받는 사람", "받는사람", "destinataire", "destinatario"),
)
DATE: tuple[str, ...] = (
    *("sent", "date", "gesendet", "datum", "envoyé", "enviado", "enviado el", "fecha", "enviada"),
    *("enviada em", "enviado em", "data", "inviato", "verzonden", "wysłano", "data wysłania"),
    *("отправлено", "дата", "дата отправки", "надіслано", "gönderildi", "gönderme tarihi", "tarih"),
    *("skickat", "sendt", "dato", "lähetetty", "päivämäärä", "päiväys", "odesláno", "odoslané"),
    *("dátum", "elküldve", "trimis", "dată", "ημερομηνία", "στάλθηκε", "נשלח", "תאריך", "تاريخ"),
    *("الإرسال", "التاريخ", "ngày", "đã gửi", "tanggal", "terkirim", "dikirim", "วันที่", "ส่ง"),
    *("送信日時", "日付", "日時", "发送时间", "发件时间", "日期", "寄件日期", "傳送日期", "時間", "时间"),
    *("보낸 날짜", "보낸날짜", "날짜", "보냄"),
)
SUBJECT: tuple[str, ...] = (
    *("subject", "betreff", "objet", "asunto", "assunto", "oggetto", "onderwerp", "temat", "тема"),
    *("konu", "ämne", "emne", "aihe", "předmět", "predmet", "tárgy", "subiect", "θέμα", "נושא"),
    *("الموضوع", "chủ đề", "perihal", "subjek", "เรื่อง", "件名", "主题", "主旨", "主題", "제목", "assumpte"),
)
CC: tuple[str, ...] = (
    "cc",
    "kopie",
    "copia",
    "kopia",
    "копия",
    "копія",
    "kopi",
    "kopio",
    "抄送",
    "副本",
    "참조",
)

SENT_FROM: tuple[str, ...] = (
    *("sent from", "sent with", "sent via", "sent using", "get outlook for", "download outlook for"),
    *(
        "von meinem",
        "gesendet von",
        "gesendet mit",
        "diese nachricht wurde von meinem",
        "holen sie sich outlook",
    ),
    *("envoyé de", "envoyé depuis", "envoyé à partir de", "obtenir outlook pour", "télécharger outlook"),
    *("enviado desde", "enviado con", "obtener outlook para", "enviat des"),
    *(
        "enviado do",
        "enviado a partir",
        "enviada do",
        "obter o outlook para",
        "obtenha o outlook",
        "enviado de",
    ),
    *("inviato da", "inviato dal", "ottieni outlook per", "scarica outlook"),
    *(
        "verstuurd vanaf",
        "verzonden vanaf",
        "verstuurd met",
        "verzonden met",
        "outlook voor",
        "download outlook",
    ),
    *("wysłane z", "wysłano z", "wysłano przy użyciu", "pobierz aplikację outlook", "pobierz outlook"),
    *("отправлено с", "отправлено из", "скачать outlook", "надіслано з", "отримати outlook"),
    *("skickat från", "skaffa outlook", "hämta outlook", "sendt fra", "hent outlook", "få outlook"),
    *("lähetetty", "hanki outlook", "odesláno z", "odoslané z", "získat outlook", "elküldve"),
    *("trimis de pe", "trimis din", "στάλθηκε από", "εστάλη από", "נשלח מה", "נשלח מ", "مرسل من", "أُرسلت من"),
    *("được gửi từ", "đã gửi từ", "gửi từ", "dikirim dari", "ส่งจาก"),
    *("发自我的", "发自", "來自我的", "從我的", "从我的", "傳送自", "나의"),
)
SENT_FROM_ENDS: tuple[str, ...] = (
    *("gesendet", "gönderildi", "から送信", "から送信しました", "傳送", "发送", "에서 보냄", "で送信"),
)
DEVICES: tuple[str, ...] = (
    *("iphon", "ipad", "ipod", "apple", "android", "galaxy", "samsung", "huawei", "xiaomi", "redmi", "pixel"),
    *("motorola", "nokia", "sony", "oneplus", "oppo", "vivo", "blackberry", "windows", "outlook", "yahoo"),
    *("proton", "mail", "gmail", "handy", "smartphone", "mobile", "mobil", "móvil", "portable", "telefon"),
    *(
        "telefono",
        "téléphone",
        "telemóvel",
        "celular",
        "gsm",
        "ios",
        "mac",
        "телефон",
        "手机",
        "手機",
        "スマホ",
    ),
    *("puhelim", "spark", "thunderbird", "airmail", "fairphone", "tablet", "mobiel"),
)
"""One of these must be named too: “sent from the shop in Lisbon” is not a signature."""
