"""The owner's settings: every mistake is named with file, line and the nearest right word, and stops everything."""

import stat
from pathlib import Path

import pytest

from agent_tui import bootstrap, settings
from agent_tui.core.errors import ConfigError
from agent_tui.core.model import Medium
from agent_tui.settings import Settings, line_of, load, prepare
from storage.memory import MemoryStore
from tests.clocks import FrozenClock

MAIL = """\
[channels.mail]
kind = "demo"
medium = "email"
address = "hello@corner-bakery.example"
"""


def written(home: Path, text: str) -> Path:
    home.mkdir(exist_ok=True)
    (home / "config.toml").write_text(text, encoding="utf-8")
    return home


def opened(home: Path) -> None:
    """Read the settings and make the channels, as the program does before its screen opens."""
    chosen = load(home)
    bootstrap.open_desk(chosen, store=MemoryStore(FrozenClock()))


class TestLoad:
    def test_everything_that_may_stand_there(self, tmp_path: Path) -> None:
        text = 'agent = "Rui"\nbusiness = "Corner Bakery"\nhome_country = "PT"\n'
        text += 'undo_seconds = { email = 20, web = 0.5 }\nicons = "ascii"\ntheme = "light"\n' + MAIL
        chosen = load(written(tmp_path, text))
        assert (chosen.agent, chosen.business, chosen.home_country) == ("Rui", "Corner Bakery", "PT")
        assert chosen.undo_seconds == {Medium.EMAIL: 20, Medium.SMS: 3, Medium.CHAT: 3, Medium.WEB: 0.5}
        assert (chosen.icons, chosen.theme) == ("ascii", "light")
        assert list(chosen.channels) == ["mail"]
        assert chosen.data_dir == tmp_path / "data"

    def test_nothing_need_stand_there(self, tmp_path: Path) -> None:
        chosen = load(written(tmp_path, ""))
        assert chosen.agent == "me"
        assert chosen.undo_seconds[Medium.EMAIL] == 10

    def test_the_environment_names_the_home(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AGENT_TUI_HOME", str(written(tmp_path, 'agent = "Env"')))
        assert load().agent == "Env"

    def test_the_command_line_wins_over_it(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("AGENT_TUI_HOME", str(tmp_path / "other"))
        assert load(written(tmp_path / "home", 'agent = "Line"')).agent == "Line"

    def test_the_environment_wins_over_the_file(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv("AGENT_TUI_AGENT", "Marta")
        assert load(written(tmp_path, 'agent = "Rui"')).agent == "Marta"

    def test_without_a_home_the_platform_has_places(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.delenv("AGENT_TUI_HOME")
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
        assert settings.places(None) == (
            tmp_path / "config" / "agent-tui" / "config.toml",
            tmp_path / "data" / "agent-tui",
        )

    def test_no_settings_at_all_shows_how_to_begin(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as raised:
            load(tmp_path)
        assert str(tmp_path / "config.toml") in raised.value.problem
        assert "agent-tui demo" in raised.value.remedy
        assert "[channels.support-mail]" in raised.value.remedy

    def test_the_example_it_shows_is_right(self, tmp_path: Path) -> None:
        example = "\n".join(line.strip() for line in settings.EXAMPLE.splitlines())
        opened(written(tmp_path, example))

    def test_none_are_needed_where_none_are_asked_for(self, tmp_path: Path) -> None:
        assert load(tmp_path, needed=False).channels == {}


# What is written, the line it is on, and words the message must hold.
MISTAKES = {
    "unknown key": ('agnet = "Rui"', 1, ["agnet is not known", "did you mean agent?"]),
    "wrong type": ("agent = 7", 1, ["agent must be text in quotes, not 7"]),
    "bool for text": ("business = true", 1, ["business must be text in quotes, not true"]),
    "empty agent": ('agent = " "', None, ["agent is empty"]),
    "escape in a name": (r'agent = "\u001b[2J"', None, ["agent has control characters"]),
    "country": ('home_country = "Portugal"', None, ["'Portugal' is not a country", '"PT"']),
    "unknown medium": (
        "\nundo_seconds = { emial = 3 }",
        2,
        ["undo_seconds.emial cannot be 'emial'", "did you mean email?"],
    ),
    "text for a number": ('undo_seconds = { email = "3" }', 1, ["undo_seconds.email must be a number"]),
    "bool for a number": ("undo_seconds = { email = true }", 1, ["undo_seconds.email must be a number"]),
    "negative": ("undo_seconds = { email = -1 }", None, ["undo_seconds.email is -1"]),
    "endless": ("undo_seconds = { email = inf }", None, ["undo_seconds.email is inf"]),
    "not a number": ("undo_seconds = { email = nan }", None, ["undo_seconds.email is nan"]),
    "unknown icons": ('icons = "unicod"', 1, ["icons cannot be 'unicod'", "did you mean unicode?"]),
    "channels no table": ("channels = 3", 1, ["channels must be a table"]),
    "channel no table": ("[channels]\nmail = 3", 2, ["channels.mail must be a table"]),
    "channel's name": ('[channels."a/b"]\nkind = "demo"', None, ["'a/b' cannot be the name of a channel"]),
    "missing kind": (
        '[channels.mail]\nmedium = "email"',
        1,
        ["channels.mail.kind is missing", "demo"],
    ),
    "unknown kind": (
        '[channels.mail]\n\nkind = "dmeo"',
        3,
        ["channels.mail.kind cannot be 'dmeo'", "did you mean demo?"],
    ),
    "private module": ('[channels.mail]\nkind = "_demo_script"', 2, ["kind cannot be '_demo_script'"]),
    "path as kind": ('[channels.mail]\nkind = "../demo"', 2, ["kind cannot be '../demo'"]),
    "kind no text": ("[channels.mail]\nkind = 3", 2, ["kind cannot be 3"]),
    "unknown channel key": (
        MAIL + 'adress = "x@example.com"',
        5,
        ["channels.mail.adress is not known", "did you mean address?"],
    ),
    "missing channel key": (
        '# shop\n[channels.mail]\nkind = "demo"',
        2,
        ["channels.mail.medium is missing", "one of email, sms, chat, web"],
    ),
    "wrong channel value": (
        '[channels.mail]\nkind = "demo"\nmedium = "mail"',
        3,
        ["channels.mail.medium cannot be 'mail'", "did you mean email?"],
    ),
    "no address": (
        '[channels.mail]\nkind = "demo"\nmedium = "email"\naddress = "hello"',
        4,
        ["channels.mail.address must be an address, not 'hello'"],
    ),
    "refused by the adapter": (
        '[channels.mail]\nkind = "demo"\nmedium = "email"\nspeed = 0',
        1,
        ["channels.mail: speed is not above 0"],
    ),
    "broken syntax": ("agent = \nbusiness = ", None, ["line 1"]),
    "twice": ('agent = "a"\nagent = "b"\n', None, ["Cannot overwrite a value"]),
}


class TestMistakes:
    @pytest.mark.parametrize("name", MISTAKES)
    def test_it_is_named_with_its_line_and_the_nearest_right_word(self, tmp_path: Path, name: str) -> None:
        text, line, words = MISTAKES[name]
        with pytest.raises(ConfigError) as raised:
            opened(written(tmp_path, text))
        said = str(raised.value)
        assert str(tmp_path / "config.toml") in said
        if line is not None:
            assert f"config.toml, line {line}:" in said
        for word in words:
            assert word in said, said

    def test_nothing_is_written_when_there_is_one(self, tmp_path: Path) -> None:
        home = written(tmp_path, MAIL + "speeed = 1")
        with pytest.raises(ConfigError):
            bootstrap.open_desk(load(home))
        assert [path.name for path in home.iterdir()] == ["config.toml"]

    def test_a_file_that_is_no_text(self, tmp_path: Path) -> None:
        (tmp_path / "config.toml").write_bytes(b'agent = "\xff"')
        with pytest.raises(ConfigError, match="not UTF-8"):
            load(tmp_path)

    def test_a_folder_in_its_place(self, tmp_path: Path) -> None:
        (tmp_path / "config.toml").mkdir()
        with pytest.raises(ConfigError, match="cannot be read"):
            load(tmp_path)


IMAP = """\
[channels.mail]
kind = "imap"
address = "support@example.com"
imap = { host = "imap.example.com" }

[channels.mail.smtp]
host = "smtp.example.com"
"""


class TestSecrets:
    def test_a_password_in_plain_text_is_refused_and_not_repeated(self, tmp_path: Path) -> None:
        with pytest.raises(ConfigError) as raised:
            opened(written(tmp_path, IMAP.replace("imap =", 'password = "hunter2"\nimap =')))
        assert "line 4: channels.mail.password: a secret is written in plain text" in raised.value.problem
        assert "hunter2" not in str(raised.value)
        assert "{ command = " in raised.value.remedy

    @pytest.mark.parametrize(
        "secret", ['{ comand = "x" }', '{ env = "A", file = "b" }', "{ env = 3 }", '{ env = "" }', "7", "[]"]
    )
    def test_a_place_that_is_none_is_refused(self, tmp_path: Path, secret: str) -> None:
        with pytest.raises(ConfigError, match=r"channels\.mail\.password: a secret"):
            opened(written(tmp_path, IMAP.replace("imap =", f"password = {secret}\nimap =")))

    def test_plain_connections_leave_this_machine_never(self, tmp_path: Path) -> None:
        text = IMAP.replace('imap.example.com"', 'imap.example.com", tls = "none"')
        text = text.replace("imap =", 'password = { env = "P" }\nimap =')
        with pytest.raises(ConfigError, match=r"in plain sight"):
            opened(written(tmp_path, text))

    def test_a_mistake_deep_inside_is_found(self, tmp_path: Path) -> None:
        text = IMAP.replace("imap =", 'password = { env = "P" }\nimap =') + "prot = 465\n"
        with pytest.raises(ConfigError) as raised:
            opened(written(tmp_path, text))
        assert "line 9: channels.mail.smtp.prot is not known" in raised.value.problem
        assert raised.value.remedy == "did you mean port?"


class TestLines:
    TEXT = '# top\nagent = "x"\n[channels]\n[channels."a.b"]\nimap = { host = "h", port = 1 }\n  smtp.host = "s"\n'

    @pytest.mark.parametrize(
        ("keys", "line"),
        [
            (("agent",), 2),
            (("channels",), 3),
            (("channels", "a.b"), 4),
            (("channels", "a.b", "imap", "port"), 5),
            (("channels", "a.b", "smtp", "host"), 6),
            (("channels", "a.b", "missing"), 4),
            (("nothing",), None),
        ],
    )
    def test_the_nearest_line_is_found(self, keys: tuple[str, ...], line: int | None) -> None:
        assert line_of(self.TEXT, keys) == line


class TestFolders:
    def chosen(self, home: Path) -> Settings:
        return load(home, needed=False)

    def test_they_are_the_owners_alone(self, tmp_path: Path) -> None:
        prepare(self.chosen(tmp_path / "new" / "home"))
        for folder in (tmp_path / "new", tmp_path / "new" / "home", tmp_path / "new" / "home" / "data"):
            assert stat.S_IMODE(folder.stat().st_mode) == 0o700

    def test_a_folder_that_is_there_keeps_its_neighbours(self, tmp_path: Path) -> None:
        home = tmp_path / "shared"
        (home / "data").mkdir(parents=True)
        home.chmod(0o755)
        prepare(self.chosen(home))
        assert stat.S_IMODE(home.stat().st_mode) == 0o755
        assert stat.S_IMODE((home / "data").stat().st_mode) == 0o700

    def test_a_file_in_the_way_is_said(self, tmp_path: Path) -> None:
        (tmp_path / "data").write_text("")
        with pytest.raises(ConfigError, match="cannot be made or used"):
            prepare(self.chosen(tmp_path))
