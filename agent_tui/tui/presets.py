"""Two other sets of keys, for hands that know them: as in Gmail, as in vim. Differences from the table only.

Written as in the table of `keys.py`. A key given here is taken from whoever has it there.
"""

from collections.abc import Mapping

from agent_tui.tui import keys as table

# fmt: off
PRESETS: Mapping[str, Mapping[str, str]] = {
    "default": {},
    # n and p move inside a conversation there, a answers, . is "more"; what they meant here has the capital letter.
    "gmail": {
        "nav.next":         "j down n@timeline",
        "nav.prev":         "k up p@timeline",
        "reply_via":        "a R",
        "note":             "m N",
        "promise":          "P",
        "assign":           "A",
        "snooze":           "b h",
        "tag":              "l t",
        "palette":          ". : ctrl+p@everywhere ctrl+k",
    },
    # The panes lie side by side: h and l go left and right. There are no sequences: g alone goes to the top.
    "vim": {
        "nav.top":          "g home",
        "jump":             "f alt+g@composer",
        "nav.bottom":       "G end",
        "nav.page_down":    "ctrl+f pagedown space",
        "nav.page_up":      "ctrl+b pageup",
        "pane.prev":        "h shift+tab@everywhere",
        "pane.next":        "l tab@everywhere",
        "undo":             "u z",
        "back":             "escape@reading",
    },
}
# fmt: on
_TITLES = {"gmail": "As in Gmail", "vim": "As in vim"}


def presets_markdown() -> str:
    """What docs/keys.md says of remapping, and where each preset differs from the table."""
    from agent_tui.tui import keymap

    lines = ["", _HOW]
    for name, title in _TITLES.items():
        changed = [c for c in keymap.preset(name).commands if c.keys != table.BY_ID[c.id].keys]
        lines += [
            "",
            f'## {title}: `keys_preset = "{name}"`',
            "",
            "| command | keys | instead of |",
            "|---|---|---|",
        ]
        lines += [
            f"| {c.label} | {table.keys_placed(c)} | {table.keys_placed(table.BY_ID[c.id])} |"
            for c in changed
        ]
    lines += ["", "## Names of the commands", "", *(f"- `{c.id}`: {c.label}" for c in table.COMMANDS)]
    return "\n".join(lines) + "\n"


_HOW = """\
## Other keys

`keys_preset` in config.toml chooses a set: `default` (above), `gmail` or `vim` (below). The table `[keys]` changes single
commands of it, by the names in the list at the end of this page:

```toml
keys_preset = "gmail"

[keys]
done = "d"                        # instead of all keys it had
"nav.next" = ["n", "down"]
back = ["u", "b@timeline"]        # only there: @inbox, @timeline, @card, @reading, @composer, @everywhere
copy = "off"                      # no key; it stays in the palette
```

A letter is written as it is typed (`R`, not `shift+r`), others by name: `ctrl+r`, `alt+s`, `f5`, `escape`, `pageup`. Refused
before the screen opens: a name that is no command, a key that no terminal sends, one key for two commands in the same
pane, a key that writes in the composer, and whatever would leave you without a key for sending, leaving, taking back,
help, the palette or the end."""
