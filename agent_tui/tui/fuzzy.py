"""How well typed letters fit a name: the beginning of it, words of it, letters of it in order. Pure."""

from typing import Final

SCATTERED: Final = 4  # its letters stand there, with others between
NONE: Final = 9  # does not fit at all


def rank(typed: str, name: str, more: str = "") -> int:
    """0 fits best, NONE not at all. `more`: words about it, in which what is typed may also stand.

    ``rep`` begins *Reply*; ``wait`` begins a word of *Next waiting*; ``nw`` are its first letters; ``nxw`` stand in it in
    that order.
    """
    sought, label = " ".join(typed.casefold().split()), name.casefold()
    if not sought or label.startswith(sought):
        return 0
    words = label.split()
    if all(any(word.startswith(part) for word in words) for part in sought.split()):
        return 1
    if "".join(word[0] for word in words).startswith(sought):
        return 2
    whole = f"{label} {more.casefold()}"
    if all(part in whole for part in sought.split()):
        return 3
    return SCATTERED if _in_order(sought.replace(" ", ""), label) else NONE


def _in_order(letters: str, text: str) -> bool:
    """Do the letters stand in the text one after the other, with others between?"""
    rest = iter(text)
    return all(letter in rest for letter in letters)
