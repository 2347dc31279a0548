"""Outside text never reaches a widget that would read it as markup.

Textual parses a plain `str` given to most widgets: `[/]` in a customer's subject ends the program, and
`[@click=app.quit]` acts when clicked. Escaping does not help (nested brackets defeat it), so the rule is by type:
whatever is shown is a literal of ours, a `Content` or a `Text`, or is given with `markup=False`.

Safe are: literals; constants in CAPITALS; calls to `Content(…)`, `Text(…)` and their makers; `.from_markup` with a
literal template; calls, names and attributes annotated `Content` or `Text` in the file that uses them (a
function's return type counts in every file). Everything else is reported, also when it happens to be harmless:
wrap it.
"""

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

FOLDER = Path("agent_tui/tui")
SAFE_TYPES = frozenset({"Content", "Text", "Visual", "Strip", "BackgroundScreen"})
# Who parses markup, and where its text stands among the positional arguments (-1: only in keywords).
_FIRST = """
    Button Checkbox Label Option Placeholder RadioButton Selection Static Tab TabPane Tooltip
    add_column add_leaf from_markup notify set_label update
"""
_SECOND = "update_cell_at replace_option_prompt replace_option_prompt_at_index"
PARSERS: dict[str, int] = {
    **dict.fromkeys(_FIRST.split(), 0),
    **dict.fromkeys(_SECOND.split(), 1),
    "update_cell": 2,
    "Collapsible": -1,
    "Select": -1,
}
EVERY_ARGUMENT = frozenset(
    {"OptionList", "SelectionList", "add_columns", "add_option", "add_options", "add_row"}
)
KEYWORDS = frozenset({"content", "label", "message", "prompt", "placeholder", "renderable", "tooltip"})
ATTRIBUTES = frozenset({"border_title", "border_subtitle", "label", "placeholder", "prompt", "tooltip"})


@dataclass(frozen=True, slots=True)
class Known:
    """Names of what returns or holds safe text, and of our own widgets that take text as their base class does."""

    functions: frozenset[str] = frozenset()
    values: frozenset[str] = frozenset()
    widgets: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Names:
    safe: set[str] = field(default_factory=set)
    other: set[str] = field(default_factory=set)

    def note(self, name: str, annotation: ast.expr | None) -> None:
        if annotation is not None:
            (self.safe if _is_safe_type(annotation) else self.other).add(name)

    def certain(self) -> frozenset[str]:
        """Safe wherever they are annotated: a name that is also something else elsewhere does not count."""
        return frozenset(self.safe - self.other)


def functions(trees: list[ast.Module]) -> frozenset[str]:
    """Every function and property whose return type is safe text, by name."""
    names = _Names()
    for tree in trees:
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
                names.note(node.name, node.returns)
    return names.certain()


def values(tree: ast.Module) -> frozenset[str]:
    """Every parameter, variable and attribute annotated as safe text in this file, by name."""
    names = _Names()
    for node in ast.walk(tree):
        if isinstance(node, ast.arg):
            names.note(node.arg, node.annotation)
        elif isinstance(node, ast.AnnAssign):
            names.note(_name(node.target), node.annotation)
    return names.certain()


def widgets(trees: list[ast.Module]) -> frozenset[str]:
    """Classes that inherit the constructor of a widget that parses markup."""
    classes = [node for tree in trees for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    heirs: set[str] = set()
    for _ in classes:  # each round finds the children of the last
        heirs |= {
            node.name for node in classes if any(_name(b) in heirs or _name(b) in PARSERS for b in node.bases)
        }
    own = {node.name for node in classes if any(_is_function(part, "__init__") for part in node.body)}
    return frozenset(heirs - own)


def offences(tree: ast.Module, known: Known) -> Iterator[tuple[int, str]]:
    """Line and explanation of each text that may be read as markup."""
    for node in ast.walk(tree):
        match node:
            case ast.Call():
                for text in _texts(node, known):
                    if not _is_safe(text, known):
                        yield (
                            text.lineno,
                            f"{ast.unparse(node.func)}({ast.unparse(text)}): use Content or markup=False",
                        )
            case ast.Assign(targets=[ast.Attribute(attr=name)]) if name in ATTRIBUTES:
                if not _is_safe(node.value, known):
                    yield node.lineno, f"{ast.unparse(node)}: assign Content"
            case ast.FunctionDef(name="render") if node.returns is None or not _is_safe_type(node.returns):
                yield (
                    node.lineno,
                    "render() may return a str, which is read as markup: annotate Content or Text",
                )


def _texts(call: ast.Call, known: Known) -> list[ast.expr]:
    """The arguments of `call` that would be parsed as markup."""
    name = _name(call.func)
    named = {word.arg: word.value for word in call.keywords}
    off = named.get("markup")
    if name != "from_markup" and isinstance(off, ast.Constant) and off.value is False:
        return []
    if name in EVERY_ARGUMENT:
        return call.args
    if name in known.widgets or (name == "__init__" and ast.unparse(call.func).startswith("super()")):
        place = 0
    elif name in PARSERS:
        place = PARSERS[name]
    else:
        return []
    positional = call.args[place : place + 1] if place >= 0 else []
    keywords = KEYWORDS | {"title"} if name in {"Collapsible", "TabPane"} else KEYWORDS
    return positional + [value for word, value in named.items() if word in keywords and name != "from_markup"]


def _is_safe(node: ast.expr, known: Known) -> bool:
    match node:
        case ast.Constant() | ast.Dict() | ast.DictComp() | ast.Set() | ast.SetComp():
            return True  # a literal of ours, or not a text at all: dict.update, set.update
        case ast.IfExp(body=first, orelse=second):
            return _is_safe(first, known) and _is_safe(second, known)
        case ast.BoolOp(values=parts) | ast.Tuple(elts=parts) | ast.List(elts=parts):
            return all(_is_safe(part, known) for part in parts)
        case ast.Starred(value=inner) | ast.GeneratorExp(elt=inner) | ast.ListComp(elt=inner):
            return _is_safe(inner, known)
        case ast.Call(func=maker):
            return _makes_safe(maker, known)
        case ast.Attribute(attr=name):
            return name in known.values or name in known.functions or name.isupper()
        case ast.Name(id=name):
            return name in known.values or name.isupper()
    return False


def _makes_safe(maker: ast.expr, known: Known) -> bool:
    """Whether a call of `maker` gives safe text, or a widget whose own call is looked at by itself."""
    if isinstance(maker, ast.Attribute) and _name(maker.value) in SAFE_TYPES:
        return True
    name = _name(maker)
    is_widget = name[:1].isupper() and (name in PARSERS or name in known.widgets)
    return name in SAFE_TYPES or name in known.functions or is_widget


def _is_function(node: ast.stmt, name: str) -> bool:
    return isinstance(node, ast.FunctionDef) and node.name == name


def _is_safe_type(annotation: ast.expr) -> bool:
    if isinstance(annotation, ast.BinOp):
        return all(
            _is_safe_type(side) or ast.unparse(side) == "None" for side in (annotation.left, annotation.right)
        )
    return _name(annotation) in SAFE_TYPES


def _name(node: ast.expr) -> str:
    """The last word of a name, an attribute or a quoted annotation."""
    match node:
        case ast.Name():
            return node.id
        case ast.Attribute():
            return node.attr
        case ast.Constant(value=str(text)):
            return text
    return ""


def main(folder: Path = FOLDER) -> int:
    """Report every offence under `folder`; the exit code says whether there was one."""
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.py"))}
    everything = list(trees.values())
    makers, ours = functions(everything), widgets(everything)
    found = 0
    for path, tree in trees.items():
        for line, text in offences(tree, Known(makers, values(tree), ours)):
            print(f"{path}:{line}: {text}")
            found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
