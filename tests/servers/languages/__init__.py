"""The eight languages in which the customers of the corpus write."""

from tests.servers.languages.base import Labels, Language, Topic
from tests.servers.languages.de import GERMAN
from tests.servers.languages.en import ENGLISH
from tests.servers.languages.es import SPANISH
from tests.servers.languages.fr import FRENCH
from tests.servers.languages.ja import JAPANESE
from tests.servers.languages.pl import POLISH
from tests.servers.languages.pt import PORTUGUESE
from tests.servers.languages.zh import CHINESE

LANGUAGES: tuple[Language, ...] = (
    ENGLISH,
    GERMAN,
    FRENCH,
    SPANISH,
    PORTUGUESE,
    POLISH,
    JAPANESE,
    CHINESE,
)

__all__ = ["LANGUAGES", "Labels", "Language", "Topic"]
