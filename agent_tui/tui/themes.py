"""The colours: our dark and our light theme, and the terminal's own. Names are what the settings say."""

import os

from textual.theme import Theme

DARK = Theme(
    name="dark",
    primary="#e0a458",  # crust
    secondary="#7fb7be",  # porcelain
    accent="#e0a458",
    warning="#f2c14e",
    error="#ef6f6c",
    success="#8fc58f",
    foreground="#e6e1d8",
    background="#15171a",
    surface="#1b1e22",
    panel="#2a2e34",
    dark=True,
    variables={
        "note": "#f2d98b",
        "note-ground": "#2f2a18",
        "them": "#7fb7be",
        "us": "#c7a0d8",
        "dimmed": "#8d939c",
        "edge": "#4a515a",
        "row": "#2b2f36",
        "row-there": "#22262b",
    },
)
LIGHT = Theme(
    name="light",
    primary="#9a5b12",
    secondary="#1d6a72",
    accent="#9a5b12",
    warning="#8a6100",
    error="#b3261e",
    success="#2f6f3a",
    foreground="#24262a",
    background="#faf8f4",
    surface="#ffffff",
    panel="#ece7dd",
    dark=False,
    variables={
        "note": "#5c4500",
        "note-ground": "#fff3c9",
        "them": "#1d6a72",
        "us": "#7a3f97",
        "dimmed": "#6a6f78",
        "edge": "#c4b9a4",
        "row": "#f0e6d2",
        "row-there": "#f3efe6",
    },
)
# Of the terminal's own sixteen colours; with NO_COLOR none is sent at all, and what is marked is marked by signs.
_ANSI = {
    "note": "ansi_yellow",
    "note-ground": "ansi_default",
    "them": "ansi_cyan",
    "us": "ansi_magenta",
    "dimmed": "ansi_bright_black",
    "edge": "ansi_bright_black",
    "row": "ansi_default",
    "row-there": "ansi_default",
}
OTHER = {"dark": "light", "light": "dark"}


def ansi(name: str, *, dark: bool) -> Theme:
    """A theme of the terminal's own colours."""
    from textual.theme import BUILTIN_THEMES

    built_in = BUILTIN_THEMES["ansi-dark" if dark else "ansi-light"]
    theme = Theme(**{**vars(built_in), "name": name})
    theme.variables = {**built_in.variables, **_ANSI}
    return theme


def all_themes() -> tuple[Theme, ...]:
    """Every theme of ours."""
    return DARK, LIGHT, ansi("terminal", dark=True), ansi("terminal-light", dark=False)


def choose(wanted: str) -> str:
    """The theme's name; with NO_COLOR (no-color.org) always the terminal's own, of which no colour is then sent."""
    if os.environ.get("NO_COLOR"):
        return "terminal-light" if wanted.endswith("light") else "terminal"
    return wanted if wanted in {theme.name for theme in all_themes()} else "dark"
