"""French phrases of the corpus."""

from tests.servers.languages.base import Labels, Language, Topic

FRENCH = Language(
    code="fr",
    domain="courrier.example",
    charsets=("utf-8", "iso-8859-1", "iso-8859-15", "windows-1252"),
    first_names=("Élodie", "François", "Maëlle", "Jérôme", "Chloé", "Aïcha", "Benoît", "Noémie"),
    last_names=("Lefèvre", "Dubois", "Garçon", "Benhaïm", "Moreau", "Le Goff", "Thévenet", "Roux"),
    family_name_first=False,
    products=("pain au levain", "tarte aux pommes", "brioche tressée", "pain de seigle", "éclair"),
    greetings=("Bonjour,", "Bonsoir,", "Madame, Monsieur,", "Bonjour à toute l'équipe,"),
    agent_greetings=("Bonjour {name},", "Cher client, chère cliente,", "Bonjour,"),
    topics=(
        Topic(
            "Commande {order} : changement de jour",
            (
                "J'ai commandé un article ({product}) pour le {day}, mais je ne pourrai venir que le lendemain.",
                "Serait-il possible de décaler la commande {order} ?",
            ),
            (
                "La commande {order} vous attendra le lendemain dès huit heures.",
                "Aucun souci, nous préparons tout à la commande.",
            ),
        ),
        Topic(
            "Gâteau d'anniversaire pour {count} personnes",
            (
                "Ma fille aura six ans le {day} et nous voudrions un gâteau pour {count} personnes.",
                "Est-ce possible sans noix ? L'un des enfants est allergique.",
                "La référence du formulaire est {order}.",
            ),
            (
                "Un gâteau sans noix pour {count} personnes coûte {price}, référence {order}.",
                "Attention : des fruits à coque sont utilisés dans notre fournil.",
            ),
        ),
        Topic(
            "Colis {order} arrivé abîmé",
            (
                "Le colis de la commande {order} est arrivé aujourd'hui, complètement écrasé.",
                "Vous trouverez une photo ci-jointe. Que pouvons-nous faire ?",
            ),
            (
                "Nous sommes vraiment désolés. Un nouvel envoi partira dès demain.",
                "Vous n'avez rien à renvoyer pour {order}.",
            ),
        ),
        Topic(
            "Facture de la commande {order}",
            (
                "Il nous faudrait une facture au nom de la société pour la commande {order} du {day}.",
                "Le montant débité est de {price}.",
            ),
            (
                "Voici la facture de {order}, d'un montant de {price}.",
                "S'il manque quelque chose, répondez simplement à ce message.",
            ),
        ),
        Topic(
            "Êtes-vous ouverts le {day} ?",
            (
                "Êtes-vous ouverts le {day} ? Le site et la porte se contredisent.",
                "Je passerais prendre {count} croissants (commande {order}).",
            ),
            (
                "Le {day}, nous sommes ouverts de sept heures à midi.",
                "Votre commande {order} sera derrière le comptoir.",
            ),
        ),
    ),
    fillers=(
        "Nous venons chez vous depuis des années et toute la famille adore votre pain.",
        "Vous pouvez aussi m'appeler l'après-midi si c'est plus simple.",
        "Désolée de prévenir si tard, la semaine a été chargée.",
        "Le voisin prendra le colis si personne n'ouvre.",
        "Au fait, la nouvelle croûte aux graines est délicieuse.",
    ),
    follow_ups=(
        "Encore une question : puis-je régler par carte sur place ?",
        "Pourriez-vous me le confirmer, s'il vous plaît ?",
        "Je n'ai pas eu de réponse ; avez-vous des nouvelles de {order} ?",
        "Très bien. Ajoutez aussi un article, s'il vous plaît : {product}.",
    ),
    agent_follow_ups=(
        "Bien sûr, carte et espèces sont acceptées.",
        "Oui, tout est noté sous {order}.",
        "C'est ajouté ; le nouveau total est de {price}.",
    ),
    thanks=("Merci beaucoup !", "Parfait, merci.", "Génial, à bientôt !"),
    closings=("Cordialement", "Bien à vous", "Bonne journée", "Merci d'avance"),
    agent_closings=("Bien cordialement", "À bientôt à la boulangerie"),
    attribution="Le {date}, {name} <{address}> a écrit :",
    labels=Labels("Message d'origine", "De", "Envoyé", "À", "Objet"),
    reply_prefix="RE: ",
    phone_signature="Envoyé de mon iPhone",
    away_prefix="Réponse automatique : ",
    away_text="Merci de votre message. Je suis absente jusqu'au {day} et ne consulte pas ma messagerie.",
    months=("janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre",
            "octobre", "novembre", "décembre"),
    weekdays=("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim."),
    short_day="{day} {month}",
    long_day="{weekday} {day} {month} {year} à {time}",
)  # fmt: skip
