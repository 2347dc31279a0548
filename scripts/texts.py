"""Every text of the program into the catalogs under agent_tui/locale; with --check, says what is wrong with them.

The texts are those given to `_`, `_c`, `many` and `N_`, and the tables that are shown translated: commands with
their keys, and the help of the command line. A text is a literal: what is filled in stands in it as ``{name}``. What
a catalog already says of a text is kept; what the program no longer says is let go.
"""

import ast
import string
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from scripts import catalogs
from scripts.catalogs import Catalog, Text
from scripts.tables_of_texts import tables

ROOT = Path(__file__).parent.parent
PACKAGES = ("agent_tui", "adapters", "storage")
LOCALE = Path("agent_tui/locale")
DOMAIN = "agent-tui"
HEADER = "Content-Type: text/plain; charset=UTF-8\nContent-Transfer-Encoding: 8bit\n"
NAMES = {"_": ("text",), "N_": ("text",), "_c": ("context", "text"), "many": ("text", "several")}


def texts(root: Path = ROOT) -> tuple[Text, ...]:
    """Every text of the program, in the order of its files. Raises ValueError for one that is no literal."""
    return catalogs.gathered([text for path, source in sources(root) for text in in_source(source, path)])


def sources(root: Path) -> Iterator[tuple[str, str]]:
    """Every file of the program, with what it says."""
    for package in PACKAGES:
        for path in sorted((root / package).rglob("*.py")):
            yield path.relative_to(root).as_posix(), path.read_text(encoding="utf-8")


def in_source(source: str, place: str) -> Iterator[Text]:
    """The texts of one file."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            names = NAMES[node.func.id]
            found = {name: _literal(node, number, place) for number, name in enumerate(names)}
            if None not in found.values():
                words = {name: literal or "" for name, literal in found.items()}
                yield Text(
                    text=words["text"],
                    several=words.get("several", ""),
                    context=words.get("context", ""),
                    places=(place,),
                )


def _literal(call: ast.Call, number: int, place: str) -> str | None:
    """An argument as it is written; None for a variable: whatever is in it was marked elsewhere."""
    argument = call.args[number] if number < len(call.args) else None
    if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
        return argument.value
    if isinstance(argument, ast.Name | ast.Attribute | ast.Subscript | ast.Call):
        return None
    raise ValueError(
        f"{place}:{call.lineno}: {ast.unparse(call)[:60]}: a text is a literal, filled in by .format"
    )


def misfilled(source: str, place: str) -> Iterator[str]:
    """Texts that are filled in with other names than stand in them."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "format":
            said = node.func.value
            text = _said(said) if isinstance(said, ast.Call) else None
            given = {word.arg for word in node.keywords}
            if text is not None and None not in given and _names(text) != given:
                yield f"{place}:{node.lineno}: {text[:60]!r} is filled in with {sorted(map(str, given))}"


def _said(call: ast.Call) -> str | None:
    """The literal that `_` or `_c` is given."""
    name = call.func.id if isinstance(call.func, ast.Name) else ""
    found = call.args[-1] if name in {"_", "_c"} and call.args else None
    return found.value if isinstance(found, ast.Constant) and isinstance(found.value, str) else None


def _names(text: str) -> set[str]:
    return {gap.partition("!")[0] for gap in gaps(text)}


def all_texts(root: Path = ROOT) -> tuple[Text, ...]:
    """Those written in the files, and those of the tables."""
    return catalogs.gathered([*texts(root), *tables()])


def template(found: Iterable[Text]) -> str:
    """The .pot file: what there is to translate."""
    return catalogs.write(Catalog(HEADER, tuple(found)))


def problems(name: str, catalog: Catalog) -> Iterator[str]:
    """What is wrong with what a language's catalog says."""
    for text in catalog.texts:
        allowed = gaps(text.text) | (gaps(text.several) if text.several else set())
        for said in text.said:
            if not gaps(text.text) - {"n"} <= gaps(said) <= allowed or not _same_ends(text.text, said):
                yield f"{name}: {said[:80]!r} is not filled in as {text.text[:80]!r} is, or ends otherwise"


def missing(name: str, catalog: Catalog) -> Iterator[str]:
    """What a language's catalog does not say."""
    for text in catalog.texts:
        if not text.done:
            what = "is fuzzy: look at it" if text.fuzzy else "has no translation: write one"
            yield f"{name}: {text.text[:80]!r} {what}, then make docs"


def gaps(text: str) -> set[str]:
    """What is filled in to a text, with how it is written: ``{seconds:g}`` is ``seconds:g``."""
    try:
        found = list(string.Formatter().parse(text))
    except ValueError:
        return set()  # braces of an example: it is said as it is
    return {
        f"{name}!{how or ''}:{form or ''}" if how or form else name for _, name, form, how in found if name
    }


def _same_ends(text: str, said: str) -> bool:
    """Spaces and line ends around a text belong to the place it is shown in."""
    before, after = len(text) - len(text.lstrip()), len(text) - len(text.rstrip())
    return text[:before] == said[: len(said) - len(said.lstrip())] and (
        text[len(text) - after :] == said[len(said.rstrip()) :]
    )


def files(root: Path = ROOT) -> dict[str, bytes]:
    """Every file of the catalogs as it should be, by its path."""
    found = all_texts(root)
    right = {(LOCALE / f"{DOMAIN}.pot").as_posix(): template(found).encode()}
    for path in sorted((root / LOCALE).glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        catalog = catalogs.merged(found, catalogs.read(path.read_text(encoding="utf-8")))
        name = path.relative_to(root).as_posix()
        right[name] = catalogs.write(catalog).encode()
        right[name.removesuffix(".po") + ".mo"] = catalogs.compiled(catalog)
    return right


def behind(root: Path = ROOT) -> dict[str, bytes]:
    """The files that are missing or differ from what they should be."""
    return {
        name: data
        for name, data in files(root).items()
        if not (root / name).exists() or (root / name).read_bytes() != data
    }


def checked(root: Path = ROOT) -> Iterator[str]:
    """Everything that is wrong with the catalogs."""
    yield from (f"{name} is behind the code: run make docs" for name in behind(root))
    for place, source in sources(root):
        yield from misfilled(source, place)
    for path in sorted((root / LOCALE).glob(f"*/LC_MESSAGES/{DOMAIN}.po")):
        name, catalog = path.relative_to(root).as_posix(), catalogs.read(path.read_text(encoding="utf-8"))
        yield from missing(name, catalog)
        yield from problems(name, catalog)


def main(arguments: list[str]) -> int:
    """Write what is behind, or with --check report what is wrong; the exit code is 1 when --check found anything."""
    if arguments == ["--check"]:
        found = list(checked())
        for problem in found:
            print(problem)
        return 1 if found else 0
    for name, data in behind().items():
        (ROOT / name).write_bytes(data)
        print(f"{name} written")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
