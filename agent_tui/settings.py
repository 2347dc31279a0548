"""The owner's settings: ``config.toml`` and the environment, read strictly into frozen dataclasses.

Precedence: command line, environment (``AGENT_TUI_…``), file, default. A mistake stops the program before anything is
opened, and names file, line, key and the nearest right one. What stands in a channel's table is the adapter's own
business: it is kept here as it was written, and converted by whoever opens the channel.
"""

import os
import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from errno import ENOTDIR
from pathlib import Path
from typing import Literal, TypeAlias

import platformdirs

from agent_tui.core.addresses import phone
from agent_tui.core.errors import ConfigError
from agent_tui.core.language import _, languages
from agent_tui.core.links import is_secure
from agent_tui.core.model import Medium
from agent_tui.core.tables import Keys, Mistake, convert

NAME = "agent-tui"
MEDIUM_SECONDS = {Medium.EMAIL: 10.0, Medium.SMS: 3.0, Medium.CHAT: 3.0, Medium.WEB: 3.0}
LONGEST_UNDO = 3600.0

Icons: TypeAlias = Literal["auto", "unicode", "ascii"]
Theme: TypeAlias = Literal["dark", "light", "terminal", "terminal-light"]
Times: TypeAlias = Literal["mixed", "ago", "clock"]
KeysPreset: TypeAlias = Literal["default", "gmail", "vim"]

_CHANNEL_NAME = re.compile(r"\w[\w.-]{0,63}")
EXAMPLE = """\
    agent = "Rui"
    business = "Corner Bakery"

    [channels.support-mail]
    kind = "imap"
    address = "support@example.com"
    password = { command = "pass show support" }
    imap = { host = "imap.example.com" }
    smtp = { host = "smtp.example.com" }"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What config.toml may say, apart from what each kind of channel understands."""

    agent: str = "me"  # who you are: shown on notes and outgoing names
    business: str = ""  # shown on outgoing mail, and at the top of the screen
    home_country: str = ""  # two letters, such as PT: for phone numbers written without a prefix
    undo_seconds: Mapping[Medium, float] = field(
        default_factory=dict
    )  # how long a reply can be taken back: 10 s for email, else 3
    agents: tuple[str, ...] = ()  # who answers besides you: offered when a customer is assigned
    signatures: Mapping[str, str] = field(
        default_factory=dict
    )  # what ends every reply on a channel, by its name: `support-mail = "Rui, Corner Bakery"`
    phone: str = ""  # your number, written into a reply as a link with Alt+C
    meeting: str = ""  # where you meet by video, written with Alt+V: `"https://meet.example.com/{room}"`, a new room each time
    checkin_days: int = 90  # good customers not heard from for so many days are worth a word
    icons: Literal["auto", "unicode", "ascii"] = (
        "auto"  # the signs on the screen; auto: what the terminal can show
    )
    theme: Theme = "dark"  # the colours; terminal, terminal-light: the terminal's own
    compact: bool = False  # more on the screen: one line for each customer, no blank lines between messages
    times: Times = "mixed"  # ago: 4 min; clock: 14:02; mixed: ago in the list, clock in the timeline
    title: bool = True  # how many wait, in the title of the terminal's window
    bell: bool = False  # the terminal rings when somebody writes
    notify: bool = False  # the desktop tells when somebody writes, where the terminal can pass it on
    linear: bool = False  # plain lines instead of a screen, as with --linear: for screen readers
    language: str = (
        ""  # of the screen and the commands, such as `pt`; empty: as LC_ALL, LC_MESSAGES or LANG say
    )
    keys_preset: KeysPreset = "default"  # the keys, as a whole: see [keys.md](keys.md)
    keys: Mapping[str, object] = field(
        default_factory=dict
    )  # single ones: `done = "d"`; see [keys.md](keys.md)
    channels: Mapping[str, Mapping[str, object]] = field(default_factory=dict)  # one table each, see below

    def __post_init__(self) -> None:
        for key in ("agent", "business"):
            if not getattr(self, key).replace(" ", "x").isprintable():
                raise ConfigError(
                    _("{key} has control characters").format(key=key),
                    remedy=_("write it as one line of text"),
                )
        if not self.agent.strip():
            raise ConfigError(_("agent is empty"), remedy=_('write your name: agent = "Rui"'))
        if self.home_country and not re.fullmatch(r"[A-Z]{2}", self.home_country):
            raise ConfigError(
                _("home_country {home_country!r} is not a country").format(home_country=self.home_country),
                remedy=_('write its two letters: "PT"'),
            )
        for medium, seconds in self.undo_seconds.items():
            if not 0 <= seconds <= LONGEST_UNDO:
                problem = _("undo_seconds.{medium} is {seconds:g}").format(
                    medium=medium.value, seconds=seconds
                )
                raise ConfigError(
                    problem,
                    remedy=_("a number of seconds from 0 to {most:g}").format(most=LONGEST_UNDO),
                )
        if self.language and self.language not in languages():
            raise Mistake(
                _("{key} cannot be {value}").format(key="language", value=repr(self.language)),
                ("language",),
                remedy=_("use one of {names}").format(names=", ".join(languages())),
            )
        self._check_team()
        self._check_links()
        for name in self.channels:
            if not _CHANNEL_NAME.fullmatch(name):
                raise ConfigError(
                    _("{name!r} cannot be the name of a channel").format(name=name),
                    remedy=_("use letters, digits, - _ and ."),
                )

    def _check_links(self) -> None:
        try:
            _unused = phone(self.phone, self.home_country) if self.phone else None
        except ValueError as error:
            remedy = _('a number such as "+351210000000"')
            raise ConfigError(_("phone is {phone!r}").format(phone=self.phone), remedy=remedy) from error
        if self.meeting and not is_secure(self.meeting):
            raise ConfigError(
                _("meeting is {meeting!r}").format(meeting=self.meeting),
                remedy=_('an address such as "https://meet.example.com/{room}"'),
            )

    def _check_team(self) -> None:
        if self.checkin_days < 1:
            raise ConfigError(
                _("checkin_days is {checkin_days}").format(checkin_days=self.checkin_days),
                remedy=_("a number of days, 1 or more"),
            )
        for name, signature in self.signatures.items():
            if name not in self.channels:
                raise ConfigError(
                    _("signatures names {name!r}, which is no channel").format(name=name),
                    remedy=_("use a channel's name"),
                )
            if not signature.replace("\n", "").replace(" ", "x").isprintable():
                raise ConfigError(
                    _("signatures.{name} has control characters").format(name=name),
                    remedy=_("write it as lines of text"),
                )
        for name in self.agents:
            if not name.strip() or not name.replace(" ", "x").isprintable():
                raise ConfigError(
                    _("agents has {name!r}").format(name=name),
                    remedy=_('write names: agents = ["Rui", "Marta"]'),
                )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything the owner decided, and where it stands."""

    config_file: Path
    data_dir: Path
    agent: str = "me"
    business: str = ""
    home_country: str = ""
    agents: tuple[str, ...] = ()
    signatures: Mapping[str, str] = field(default_factory=dict)
    phone: str = ""
    meeting: str = ""
    checkin_days: int = 90
    undo_seconds: Mapping[Medium, float] = field(default_factory=lambda: dict(MEDIUM_SECONDS))
    icons: Icons = "auto"
    theme: Theme = "dark"
    compact: bool = False
    times: Times = "mixed"
    title: bool = True
    bell: bool = False
    notify: bool = False
    linear: bool = False
    language: str = ""
    keys_preset: KeysPreset = "default"
    keys: Mapping[str, object] = field(default_factory=dict)
    channels: Mapping[str, Mapping[str, object]] = field(default_factory=dict)

    @property
    def log_file(self) -> Path:
        """Where this program writes down what went wrong."""
        return self.data_dir / "logs" / "agent-tui.log"

    @property
    def words_dir(self) -> Path:
        """Where the owner's saved words lie: beside the settings, to be read and changed by hand like them."""
        return self.config_file.parent / "words"


def places(home: Path | None) -> tuple[Path, Path]:
    """The configuration file and the folder of data: under `home`, or where the platform keeps such things."""
    if home is not None:
        home = home.expanduser().absolute()
        return home / "config.toml", home / "data"
    return platformdirs.user_config_path(NAME) / "config.toml", platformdirs.user_data_path(NAME)


def load(home: Path | None = None, *, needed: bool = True) -> Settings:
    """The settings under `home` (or ``AGENT_TUI_HOME``, or the platform's folders).

    Without a file: ConfigError showing how to begin, or the defaults when not `needed`. Raises ConfigError.
    """
    wanted = os.environ.get("AGENT_TUI_HOME", "")
    config_file, data_dir = places(home or (Path(wanted) if wanted else None))
    text = _read(config_file)
    if text is None and needed:
        raise ConfigError(
            _("there are no settings yet: {config_file} does not exist").format(config_file=config_file),
            remedy=_(
                "Try it without any:  agent-tui demo\nOr begin with this in that file:\n\n{example}"
            ).format(example=EXAMPLE),
        )
    document = _document(text or "", config_file)
    return Settings(
        config_file=config_file,
        data_dir=data_dir,
        agent=os.environ.get("AGENT_TUI_AGENT") or document.agent,
        business=document.business,
        home_country=document.home_country,
        agents=document.agents,
        signatures=document.signatures,
        phone=document.phone,
        meeting=document.meeting,
        checkin_days=document.checkin_days,
        undo_seconds={**MEDIUM_SECONDS, **document.undo_seconds},
        icons=document.icons,
        theme=document.theme,
        compact=document.compact,
        times=document.times,
        title=document.title,
        bell=document.bell,
        notify=document.notify,
        linear=document.linear,
        language=document.language,
        keys_preset=document.keys_preset,
        keys=document.keys,
        channels=document.channels,
    )


def prepare(settings: Settings) -> None:
    """Make the folder of data, and what lies above it where that is missing; only the owner may look in.

    Raises ConfigError.
    """
    folder = settings.data_dir
    missing = [each for each in (folder, *folder.parents) if not each.exists()]
    try:
        if not missing and not folder.is_dir():
            raise NotADirectoryError(ENOTDIR, "it is a file")
        for each in reversed(missing):
            each.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_mode & 0o077:
            folder.chmod(0o700)
    except OSError as error:
        problem = _("the folder {folder} cannot be made or used: {strerror}").format(
            folder=folder, strerror=error.strerror
        )
        raise ConfigError(
            problem, remedy=_("name another one with --home, or check its permissions")
        ) from error


def _read(path: Path) -> str | None:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError:
        return None
    except UnicodeDecodeError as error:
        raise ConfigError(
            _("{path} is not UTF-8 text: {reason}").format(path=path, reason=error.reason),
            remedy=_("save it as UTF-8"),
        ) from error
    except OSError as error:
        raise ConfigError(
            _("{path} cannot be read: {strerror}").format(path=path, strerror=error.strerror),
            remedy=_("check its permissions"),
        ) from error


def _document(text: str, path: Path) -> Document:
    try:
        return convert(Document, tomllib.loads(text))
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(
            f"{path}: {error}", remedy=_("see https://toml.io for how such a file is written")
        ) from error
    except ConfigError as error:
        raise located(error, path) from error


def located(error: ConfigError, path: Path) -> ConfigError:
    """The same mistake with the file, and the line where one can be named."""
    line = line_of(_read(path) or "", error.keys) if isinstance(error, Mistake) else None
    where = _("{path}, line {line}").format(path=path, line=line) if line else f"{path}"
    return ConfigError(f"{where}: {error.problem}", remedy=error.remedy)


def line_of(text: str, keys: Keys) -> int | None:
    """The line (from 1) where a key stands, or the nearest thing around it; None when nothing of it does."""
    best, found = 0, None
    for number, path in _lines(text):
        if len(path) > best and keys[: len(path)] == path:
            best, found = len(path), number
    return found


def _lines(text: str) -> Iterator[tuple[int, Keys]]:
    """The full key of each line that begins a table or gives a value."""
    header: Keys = ()
    for number, line in enumerate(text.splitlines(), 1):
        line = line.strip()
        if line.startswith("["):
            header = _key_path(line.partition("#")[0] if '"' not in line else line)
            yield number, header
        elif "=" in line and not line.startswith("#"):
            yield number, header + _key_path(f"{line.partition('=')[0]} = 0")


def _key_path(line: str) -> Keys:
    """The keys one line of TOML names; none when it cannot be read on its own."""
    try:
        table: object = tomllib.loads(line)
    except tomllib.TOMLDecodeError:
        return ()
    keys: list[str] = []
    while isinstance(table, dict) and len(table) == 1:
        ((key, table),) = table.items()
        keys.append(key)
    return tuple(keys)
