"""Catalogs of texts as files: read and write GNU .po, and compile one to the .mo that the program reads.

Only what these need: contexts, plurals, notes for translators, where a text stands, and the flag fuzzy.
"""

import ast
import re
import struct
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

Key = tuple[str, str]  # context, text

_WIDTH = 110


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """One text of a catalog: in English, and as it is said (a form each, where it counts); none: not translated."""

    text: str
    several: str = ""
    context: str = ""
    said: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()  # the translator's own
    fuzzy: bool = False

    @property
    def key(self) -> Key:
        """What makes it one text."""
        return self.context, self.text

    @property
    def done(self) -> bool:
        """Is it translated, in every form, and looked at?"""
        return bool(self.said) and all(self.said) and not self.fuzzy


@dataclass(frozen=True, slots=True)
class Catalog:
    """Texts in the order of a file, and its header."""

    header: str
    texts: tuple[Text, ...] = field(default=())

    @property
    def forms(self) -> int:
        """How many forms a counted text has in this language."""
        found = re.search(r"nplurals\s*=\s*(\d+)", self.header)
        return int(found[1]) if found else 2


def merged(texts: Iterable[Text], known: Catalog) -> Catalog:
    """The program's texts as they stand now, with what a catalog says of them; the rest of it is let go."""
    old = {text.key: text for text in known.texts}
    kept = ((text, old.get(text.key)) for text in texts)
    new = (replace(t, said=o.said, notes=o.notes, fuzzy=o.fuzzy) if o else t for t, o in kept)
    return Catalog(known.header, tuple(new))


def read(data: str) -> Catalog:
    """What a .po file says; of a text that stands there twice, the translated one."""
    found: dict[Key, Text] = {}
    for block in re.split(r"\n\s*\n", data):
        text = _block(block)
        if text is not None and not (text.key in found and found[text.key].done):
            found[text.key] = text
    header = found.pop(("", ""), None)
    return Catalog(header.said[0] if header and header.said else "", tuple(found.values()))


def _block(block: str) -> Text | None:
    fields: dict[str, str] = {}
    lines = [line for line in block.splitlines() if line.strip()]
    name = ""
    for line in lines:
        if line.startswith("#"):
            continue
        if not line.startswith('"'):
            name, _, line = line.partition(" ")
        fields[name] = fields.get(name, "") + str(ast.literal_eval(line))
    if "msgid" not in fields:
        return None
    return Text(
        text=fields["msgid"],
        several=fields.get("msgid_plural", ""),
        context=fields.get("msgctxt", ""),
        said=tuple(value for key, value in fields.items() if key.startswith("msgstr") and value),
        places=tuple(line[3:] for line in lines if line.startswith("#: ")),
        notes=tuple(line[2:] for line in lines if line.startswith("# ")),
        fuzzy=any(line.startswith("#,") and "fuzzy" in line for line in lines),
    )


def write(catalog: Catalog) -> str:
    """The .po file of a catalog."""
    header = Text(text="", said=(catalog.header,))
    return "\n".join("\n".join(_lines(text, catalog.forms)) + "\n" for text in (header, *catalog.texts))


def _lines(text: Text, forms: int) -> Iterator[str]:
    yield from (f"# {note}" for note in text.notes)
    yield from (f"#: {place}" for place in text.places)
    flags = ["fuzzy"] * text.fuzzy + ["python-brace-format"] * ("{" in text.text)
    if flags:
        yield f"#, {', '.join(flags)}"
    if text.context:
        yield from _quoted("msgctxt", text.context)
    yield from _quoted("msgid", text.text)
    if text.several:
        yield from _quoted("msgid_plural", text.several)
        said = (*text.said, *[""] * forms)[:forms]
        for number, form in enumerate(said):
            yield from _quoted(f"msgstr[{number}]", form)
    else:
        yield from _quoted("msgstr", text.said[0] if text.said else "")


def _quoted(name: str, text: str) -> Iterator[str]:
    """A string as .po files write it: on one line, or a line of it on each."""
    parts = text.splitlines(keepends=True)
    if len(parts) < 2:
        yield f"{name} {_quote(text)}"
        return
    yield f'{name} ""'
    yield from map(_quote, parts)


def _quote(text: str) -> str:
    escaped = (
        text.replace("\\", "\\\\")
        .replace('"', '\\"')
        .replace("\n", "\\n")
        .replace("\t", "\\t")
        .replace("\b", "\\b")
    )
    return f'"{escaped}"'


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalog: what is translated, sorted, without the table of hashes, which nobody needs."""
    table = dict(sorted(_entries(catalog)))
    start = 28 + 16 * len(table)
    ids, texts = b"".join(key + b"\0" for key in table), b"".join(said + b"\0" for said in table.values())
    head = struct.pack("<7I", 0x950412DE, 0, len(table), 28, 28 + 8 * len(table), 0, start)
    return head + _index(table, start) + _index(table.values(), start + len(ids)) + ids + texts


def _entries(catalog: Catalog) -> Iterator[tuple[bytes, bytes]]:
    yield b"", catalog.header.encode()
    for text in catalog.texts:
        if text.done:
            name = f"{text.context}\4{text.text}" if text.context else text.text
            key = f"{name}\0{text.several}" if text.several else name
            yield key.encode(), "\0".join(text.said).encode()


def _index(strings: Iterable[bytes], at: int) -> bytes:
    rows: list[bytes] = []
    for one in strings:
        rows.append(struct.pack("<2I", len(one), at))
        at += len(one) + 1
    return b"".join(rows)


def gathered(texts: Iterable[Text]) -> tuple[Text, ...]:
    """Each text once, with all the places it stands in."""
    found: dict[Key, Text] = {}
    for text in texts:
        known = found.get(text.key)
        if known is None:
            found[text.key] = text
            continue
        places = tuple(dict.fromkeys((*known.places, *text.places)))
        found[text.key] = replace(known, places=places, several=known.several or text.several)
    return tuple(found.values())


def by_key(catalog: Catalog) -> Mapping[Key, Text]:
    """A catalog to look things up in."""
    return {text.key: text for text in catalog.texts}
