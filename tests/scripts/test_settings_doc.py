"""docs/settings.md says what the program reads, key by key."""

import dataclasses

from agent_tui import bootstrap
from agent_tui.settings import Document
from scripts import settings_doc


def test_every_key_of_every_kind_is_there() -> None:
    text = settings_doc.settings()
    for key in dataclasses.fields(Document):
        assert f"| `{key.name}` |" in text
    for kind in bootstrap.kinds():
        _, heading, rest = text.partition(f'## A channel with `kind = "{kind}"`')
        assert heading, kind
        for field in dataclasses.fields(bootstrap.find_adapter(kind).Settings):
            assert f"| `{field.name}` |" in rest.partition("\n## ")[0], (kind, field.name)


def test_what_must_be_given_is_marked() -> None:
    text = settings_doc.settings()
    assert "| `medium` | `email`, `sms`, `chat` or `web` | **needed** | what it plays |" in text


def test_defaults_are_written_as_in_the_file() -> None:
    text = settings_doc.settings()
    assert '| `folders` | list of texts | `["INBOX"]` |' in text
    assert "| `mark_seen` | `true` or `false` | `false` |" in text
    assert "| `since_days` | whole number | `30` |" in text
