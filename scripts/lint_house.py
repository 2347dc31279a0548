"""Rules of this project that no general linter knows; each is a function from a parsed file to offences.

To add a rule: write the function, add it to RULES, and plant an offence in `tests/scripts/test_lint_house.py`.
A rule has no way to be switched off in a file: it either holds everywhere it looks, or it is not a rule.
"""

import ast
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PROGRAM = ("agent_tui", "adapters", "storage")
EVERYWHERE = (*PROGRAM, "tests", "scripts", "benchmarks")
LONGEST = 400

Offence = tuple[int, str]


@dataclass(frozen=True)
class Source:
    """One file: where it is, from the project's root, and what it says."""

    path: Path
    text: str

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed file."""
        return ast.parse(self.text)

    @property
    def top(self) -> str:
        """The folder at the root it lies in."""
        return self.path.parts[0]


def size(source: Source) -> Iterator[Offence]:
    """No file is longer than one can read in a sitting."""
    lines = source.text.count("\n")
    if lines > LONGEST:
        yield LONGEST, f"{lines} lines: a file is never longer than {LONGEST}, split it"


def docstring(source: Source) -> Iterator[Offence]:
    """Every module says what it is responsible for."""
    if not ast.get_docstring(source.tree):
        yield 1, "the module's docstring is missing: say what it is responsible for"


def bare_packages(source: Source) -> Iterator[Offence]:
    """`adapters` and `storage` hold a docstring only: another distribution may overwrite these files."""
    if str(source.path) in {"adapters/__init__.py", "storage/__init__.py"}:
        for node in source.tree.body[1:]:
            yield node.lineno, "only a docstring may stand here: another distribution may own this name"


def tasks(source: Source) -> Iterator[Offence]:
    """Tasks are born in a TaskGroup, where their failure is somebody's."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and _last(node.func) in {"create_task", "ensure_future"}:
            owner = ast.unparse(node.func).rpartition(".")[0]
            if owner in {"", "asyncio"} or owner.lower().endswith(("loop", "loop()")):
                yield node.lineno, f"{ast.unparse(node.func)}: tasks are born in a TaskGroup"
        elif isinstance(node, ast.ImportFrom) and node.module == "asyncio":
            for alias in node.names:
                if alias.name in {"create_task", "ensure_future"}:
                    yield node.lineno, "asyncio.create_task: tasks are born in a TaskGroup"


def sleeps(source: Source) -> Iterator[Offence]:
    """A test waits for a condition: a sleep stands only inside a `while` that asks for one.

    The servers under ``tests/servers`` may: to be late is one of the faults they have.
    """
    if source.top != "tests" or "servers" in source.path.parts:
        return
    asking = {
        id(part) for node in ast.walk(source.tree) if isinstance(node, ast.While) for part in ast.walk(node)
    }
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Call) and id(node) not in asking and _sleeps(node):
            yield node.lineno, f"{ast.unparse(node)}: wait for a condition instead"


def _sleeps(call: ast.Call) -> bool:
    name = ast.unparse(call.func)
    if name in {"time.sleep", "asyncio.sleep", "sleep"}:
        return ast.unparse(call.args[0]) != "0" if call.args else True
    return name.endswith("pilot.pause") and bool(call.args or call.keywords)


def excuses(source: Source) -> Iterator[Offence]:
    """No test is skipped or expected to fail but for a system package that is missing, and it says which."""
    if source.top != "tests":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Attribute) and ast.unparse(node) in {
            "pytest.mark.xfail",
            "pytest.mark.skip",
            "pytest.xfail",
        }:
            yield (
                node.lineno,
                f"{ast.unparse(node)}: repair it; only a missing system package excuses (skipif)",
            )


def unfinished(source: Source) -> Iterator[Offence]:
    """Nothing is left for later: an optional ability is data, not a method that raises."""
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Raise) and node.exc and "NotImplementedError" in ast.unparse(node.exc):
            yield node.lineno, "NotImplementedError: what a channel cannot do is said by its Capabilities"


def speech(source: Source) -> Iterator[Offence]:
    """Where `_` says texts, it is nothing else: not a loop's counter, not what is thrown away."""
    said = any(
        isinstance(node, ast.ImportFrom) and any(alias.name == "_" for alias in node.names)
        for node in source.tree.body
    )
    for node in ast.walk(source.tree) if said else ():
        if isinstance(node, ast.Name) and node.id == "_" and isinstance(node.ctx, ast.Store):
            yield node.lineno, "`_` says texts in this file: call what is thrown away _other or the like"
        elif isinstance(node, ast.arg) and node.arg == "_":
            yield node.lineno, "`_` says texts in this file: call the argument _other or the like"


def mediums(source: Source) -> Iterator[Offence]:
    """The core never asks which channel: it asks what the channel can."""
    if source.top != "agent_tui":
        return
    for node in ast.walk(source.tree):
        if isinstance(node, ast.Compare):
            asked = any(_is_medium(side) for side in (node.left, *node.comparators))
            fixed = any(_is_fixed(side) for side in (node.left, *node.comparators))
            if asked and fixed:
                yield node.lineno, f"{ast.unparse(node)}: ask what the channel can, not which it is"
        elif isinstance(node, ast.Match) and _is_medium(node.subject):
            yield node.lineno, f"match {ast.unparse(node.subject)}: ask what the channel can, not which it is"


def _is_medium(node: ast.expr) -> bool:
    return _last(node) == "medium" or ast.unparse(node).startswith("Medium.")


def _is_fixed(node: ast.expr) -> bool:
    """A medium named in the code, alone or in a literal collection."""
    if isinstance(node, ast.Tuple | ast.List | ast.Set):
        return any(_is_fixed(part) for part in node.elts)
    text = ast.unparse(node)
    return text.startswith("Medium.") or (
        isinstance(node, ast.Constant) and isinstance(node.value, str) and bool(node.value)
    )


def _last(node: ast.expr) -> str:
    """The last word of a name or an attribute."""
    return ast.unparse(node).rpartition(".")[2] if isinstance(node, ast.Name | ast.Attribute) else ""


RULES: tuple[Callable[[Source], Iterator[Offence]], ...] = (
    size,
    docstring,
    bare_packages,
    tasks,
    sleeps,
    excuses,
    unfinished,
    speech,
    mediums,
)


def adapters_apart(sources: list[Source]) -> Iterator[tuple[Path, Offence]]:
    """No adapter imports another: a file of `adapters/` that defines `Adapter` is imported by bootstrap alone."""
    ours = [source for source in sources if source.top == "adapters"]
    kinds = {f"adapters.{source.path.stem}" for source in ours if _defines_adapter(source.tree)}
    for source in ours:
        for line, module in imports(source.tree):
            if module in kinds and module != f"adapters.{source.path.stem}":
                yield (
                    source.path,
                    (line, f"{module} is another channel's file: share through a module named _….py"),
                )


def _defines_adapter(tree: ast.Module) -> bool:
    return any(isinstance(node, ast.ClassDef) and node.name == "Adapter" for node in tree.body)


def imports(tree: ast.Module) -> Iterator[tuple[int, str]]:
    """Every module imported anywhere in the file; `from a import b` may mean a module and counts as both."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            yield from ((node.lineno, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.lineno, node.module
            yield from ((node.lineno, f"{node.module}.{alias.name}") for alias in node.names)


def read(root: Path) -> list[Source]:
    """Every Python file of the project under `root`, data files of the tests apart."""
    files = (path for top in EVERYWHERE for path in sorted((root / top).rglob("*.py")))
    sources = (Source(path.relative_to(root), path.read_text(encoding="utf-8")) for path in files)
    return [source for source in sources if "data" not in source.path.parts]


def offences(sources: list[Source]) -> Iterator[tuple[Path, Offence]]:
    """Everything that breaks a rule, file by file."""
    for source in sources:
        for rule in RULES:
            yield from ((source.path, offence) for offence in rule(source))
    yield from adapters_apart(sources)


def main(root: Path = Path()) -> int:
    """Report every offence under `root`; the exit code says whether there was one."""
    found = list(offences(read(root)))
    for path, (line, text) in found:
        print(f"{path}:{line}: {text}")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
