"""The markup linter finds planted offences, and lets through every safe form."""

import ast
from pathlib import Path

import pytest

from scripts import lint_markup

OFFENCES = {
    "variable": "Static(customer.name)",
    "f-string": "Label(f'{name} writes')",
    "concatenation": "Static('from ' + name)",
    "format": "Static('from {}'.format(name))",
    "keyword": "Button(label=name)",
    "escaped": "Static(escape(name))",
    "option": "OptionList(Option(name))",
    "option list": "OptionList(name)",
    "notify": "self.notify(str(error))",
    "notify with markup": "self.notify(name, markup=True)",
    "update": "self.query_one(Static).update(name)",
    "template": "Content.from_markup(f'[b]{name}[/b]')",
    "template off": "Content.from_markup(name, markup=False)",
    "row": "table.add_row('a', name)",
    "cell": "table.update_cell(row, column, name)",
    "title": "self.border_title = name",
    "tooltip": "widget.tooltip = f'{name}'",
    "either": "Static('none' if empty else name)",
    "or": "Static(name or 'nobody')",
    "own widget": "class Heading(Static):\n    pass\nHeading(name)",
    "its heir": "class Heading(Static):\n    pass\nclass Big(Heading):\n    pass\nBig(name)",
    "own constructor": "class H(Static):\n    def __init__(self, name: str) -> None:\n        super().__init__(name)",
    "render": "class W(Widget):\n    def render(self) -> str:\n        return self.name",
    "render result": "class W(Widget):\n    def render(self) -> RenderResult:\n        return self.name",
    "annotated str": "def f(name: str) -> None:\n    Static(name)",
    "annotated both": "def f(a: Content) -> None: ...\ndef g(a: str) -> None:\n    Static(a)",
}
SAFE = {
    "literal": "Static('[b]Inbox[/b]')",
    "nothing": "Static()",
    "constant": "Static(TITLE)",
    "content": "Static(Content(name))",
    "assembled": "Static(Content.assemble((name, 'bold')))",
    "rich text": "table.add_row(Text(name), Text('x'))",
    "markup off": "Static(name, markup=False)",
    "notify off": "self.notify(name, title=name, markup=False)",
    "template": "Content.from_markup('[b]$name[/b]', name=name)",
    "option": "OptionList(Option(Content(name)), *[Option(Content(n)) for n in names])",
    "either": "Static(Content(name) if name else 'nobody')",
    "parameter": "def f(name: Content) -> None:\n    Static(name)",
    "optional": "def f(name: Content | None) -> None:\n    Static(name or '')",
    "attribute": "class A:\n    title: Content\n    def f(self) -> None:\n        Static(self.title)",
    "function": "def line(c: Customer) -> Content: ...\nStatic(line(customer))",
    "method": "class A:\n    def line(self) -> Content: ...\n    def f(self) -> None:\n        Static(self.line())",
    "render": "class W(Widget):\n    def render(self) -> Content:\n        return Content(self.name)",
    "dict": "rows.update({name: 1})",
    "own constructor": "class H(Static):\n    def __init__(self, c: C) -> None:\n        super().__init__(Content(c.name))\nH(c)",
    "input": "Input(value=name)",
}


def found(source: str) -> list[tuple[int, str]]:
    tree = ast.parse(source)
    known = lint_markup.Known(
        lint_markup.functions([tree]), lint_markup.values(tree), lint_markup.widgets([tree])
    )
    return list(lint_markup.offences(tree, known))


@pytest.mark.parametrize("source", OFFENCES.values(), ids=OFFENCES)
def test_an_offence_is_found(source: str) -> None:
    assert len(found(source)) == 1


@pytest.mark.parametrize("source", SAFE.values(), ids=SAFE)
def test_a_safe_form_is_let_through(source: str) -> None:
    assert found(source) == []


def test_a_maker_in_another_file_is_known(tmp_path: Path) -> None:
    (tmp_path / "lines.py").write_text("def line(c: Customer) -> Content: ...\n")
    (tmp_path / "list.py").write_text("from lines import line\nStatic(line(customer))\n")
    assert lint_markup.main(tmp_path) == 0


def test_the_file_and_the_line_are_named(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "list.py").write_text("# first\nStatic(customer.name)\n")
    assert lint_markup.main(tmp_path) == 1
    assert "list.py:2: Static(customer.name)" in capsys.readouterr().out
