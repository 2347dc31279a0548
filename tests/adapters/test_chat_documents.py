"""What docs/website-chat.md tells owners to do works."""

import re
import tomllib
from pathlib import Path

from adapters._chat_config import Widget
from adapters._chat_vouch import sign
from adapters.webchat import Settings
from agent_tui.core.tables import convert

TEXT = (Path(__file__).parents[2] / "docs" / "website-chat.md").read_text()


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", TEXT, re.DOTALL)


def test_every_setting_is_one() -> None:
    channels = [tomllib.loads(text)["channels"]["website"] for text in blocks("toml") if "[channels" in text]
    assert len(channels) == 2
    for table in channels:
        assert table.pop("kind") == "webchat"
        convert(Settings, table)
    files = [tomllib.loads(text) for text in blocks("toml") if "[channels" not in text]
    assert len(files) == 2
    for table in files:
        convert(Widget, table)


def test_the_recipe_signs_as_we_do() -> None:
    [recipe] = blocks("python")
    names = {"user": "42", "name": "Ana Sousa", "mail": "ana@example.com", "key": b"0123456789abcdef"}
    told: dict[str, object] = dict(names)
    exec(recipe, told)
    until = told["until"]
    assert isinstance(until, int)
    right = sign(
        b"0123456789abcdef", "https://www.example.com", "42", until, name="Ana Sousa", mail="ana@example.com"
    )
    assert told["signature"] == right
