"""German phrases of the corpus."""

from tests.servers.languages.base import Labels, Language, Topic

GERMAN = Language(
    code="de",
    domain="post.example",
    charsets=("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"),
    first_names=("Jürgen", "Annegret", "Björn", "Käthe", "Lukas", "Sabine", "Yusuf", "Wiebke"),
    last_names=("Müller", "Schäfer", "Weiß", "Krüger", "Yılmaz", "Hofmann", "Größle", "von Aue"),
    family_name_first=False,
    products=("Sauerteigbrot", "Käsekuchen", "Mohnschnecke", "Roggenlaib", "Nussstrudel"),
    greetings=("Hallo,", "Guten Tag,", "Sehr geehrte Damen und Herren,", "Grüß Gott,", "Moin,"),
    agent_greetings=("Guten Tag {name},", "Hallo {name},", "Liebe Kundin, lieber Kunde,"),
    topics=(
        Topic(
            "Bestellung {order}: anderer Abholtag",
            (
                "für den {day} hatte ich {product} bestellt, kann aber erst einen Tag später kommen.",
                "Lässt sich die Bestellung {order} auf den nächsten Morgen verschieben?",
            ),
            (
                "die Bestellung {order} liegt am nächsten Morgen ab acht Uhr für Sie bereit.",
                "Das ist kein Problem, {product} backen wir ohnehin frisch.",
            ),
        ),
        Topic(
            "Geburtstagstorte für {count} Personen",
            (
                "meine Tochter wird am {day} sechs und wir wünschen uns eine Torte für {count} Gäste.",
                "Geht das auch ohne Nüsse? Ein Kind ist allergisch.",
                "Im Formular stand die Nummer {order}.",
            ),
            (
                "eine nussfreie Torte für {count} Personen kostet {price}, Nummer {order}.",
                "Bitte beachten Sie, dass in unserer Backstube auch Nüsse verarbeitet werden.",
            ),
        ),
        Topic(
            "Paket {order} beschädigt angekommen",
            (
                "heute kam das Paket zur Bestellung {order} an, leider war {product} zerdrückt.",
                "Ein Foto der Schachtel hängt an. Was können wir da machen?",
            ),
            (
                "das tut uns sehr leid. Wir schicken morgen Ersatz los.",
                "Zurücksenden müssen Sie für {order} nichts.",
            ),
        ),
        Topic(
            "Rechnung zur Bestellung {order}",
            (
                "für die Bestellung {order} vom {day} brauchen wir eine Rechnung auf unsere Firma.",
                "Abgebucht wurden {price}.",
            ),
            (
                "anbei die Rechnung zu {order} über {price}.",
                "Falls etwas fehlt, antworten Sie einfach auf diese Mail.",
            ),
        ),
        Topic(
            "Öffnungszeiten am {day}?",
            (
                "haben Sie am {day} geöffnet? An der Tür steht etwas anderes als im Netz.",
                "Ich würde gern {count} Brötchen und {product} abholen (Bestellung {order}).",
            ),
            (
                "am {day} haben wir von sieben bis zwölf Uhr geöffnet.",
                "Ihre Bestellung {order} liegt hinter der Theke.",
            ),
        ),
    ),
    fillers=(
        "Wir kaufen seit Jahren bei Ihnen und zu Hause lieben alle Ihr Brot.",
        "Sie können mich nachmittags auch gern anrufen.",
        "Entschuldigen Sie die kurzfristige Nachricht, die Woche war recht voll.",
        "Falls niemand öffnet, nimmt der Nachbar das Paket an.",
        "Übrigens: Die neue Kürbiskernkruste schmeckt großartig.",
    ),
    follow_ups=(
        "noch eine Frage: Kann ich bei der Abholung mit Karte zahlen?",
        "könnten Sie das bitte noch einmal bestätigen?",
        "ich habe noch nichts gehört. Gibt es etwas Neues zu {order}?",
        "passt für mich. Bitte legen Sie noch {product} dazu.",
    ),
    agent_follow_ups=(
        "selbstverständlich, Karte und Bargeld gehen beide.",
        "ja, alles ist unter {order} vermerkt.",
        "{product} ist dazugelegt, die neue Summe beträgt {price}.",
    ),
    thanks=("Vielen Dank!", "Wunderbar, danke schön.", "Super, bis dann!"),
    closings=("Viele Grüße", "Mit freundlichen Grüßen", "Herzliche Grüße", "LG"),
    agent_closings=("Freundliche Grüße aus der Backstube", "Mit freundlichen Grüßen"),
    attribution="Am {date} schrieb {name} <{address}>:",
    labels=Labels("Ursprüngliche Nachricht", "Von", "Gesendet", "An", "Betreff"),
    reply_prefix="AW: ",
    phone_signature="Von meinem iPhone gesendet",
    away_prefix="Automatische Antwort: ",
    away_text="Vielen Dank für Ihre Nachricht. Ich bin bis {day} nicht im Büro und lese keine E-Mails.",
    months=("Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September",
            "Oktober", "November", "Dezember"),
    weekdays=("Mo.", "Di.", "Mi.", "Do.", "Fr.", "Sa.", "So."),
    short_day="{day}. {month}",
    long_day="{weekday}, {day}. {month} {year} um {time}",
)  # fmt: skip
