"""What full-text search is made of besides words: the sign between fields, and marks that say what an entry is.

A mark is a word in a column of its own, so that "mail with this word" is one intersection in the index instead of a
filter over everything that has the word.
"""

from hashlib import blake2b

from agent_tui.core.model import Message, Note

BREAK = "¶"
"""A word that no fold makes."""
ENTRY_FACET = "e"
NOTE_FACET = "kn"
FILE_FACET = "f"
PER_MILLISECOND = 1 << 14
"""Entry numbers, the index's row numbers, per millisecond; the 48 bits of milliseconds leave no more."""


def facets(fact: Message | Note) -> tuple[str, ...]:
    """What can be asked about an entry besides its words."""
    if isinstance(fact, Note):
        return (ENTRY_FACET, NOTE_FACET)
    where = (ENTRY_FACET, where_facet(fact.medium.value), where_facet(fact.channel))
    return (*where, FILE_FACET) if fact.attachments else where


def where_facet(name: str) -> str:
    """The mark of a medium or channel, whatever its case."""
    return "w" + blake2b(name.casefold().encode(errors="surrogatepass"), digest_size=8).hexdigest()


def address_facet(journal: int) -> str:
    """The mark of everything said with one address."""
    return f"j{journal}"


def phrase(words: str, *, prefix: bool = False) -> str:
    """Folded words, next to each other, as the index is asked for them; of a prefix the last may go on."""
    return f'"{words}"{" *" if prefix else ""}'
