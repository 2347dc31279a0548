"""Every error the program raises on purpose, named for what to do next.

AgentTuiError
├─ ConfigError            stop before the screen opens; file, key, remedy; exit code 2
├─ UsageError             the request itself is wrong; nothing was done; exit code 2
├─ ChannelError
│  ├─ Unavailable         nothing happened: wait (retry_after) and repeat
│  ├─ Rejected            the provider refused: do not repeat; tell the agent why
│  ├─ Uncertain           it may have happened: find out, or ask
│  └─ NeedsPerson         credentials, consent, quota: stop this channel, ask
└─ StoreError
   ├─ Missing             no such record
   ├─ Conflict            someone changed it first: re-read
   ├─ Busy                the writer lock was not had in time
   ├─ Full                the disk took no more: nothing of this write counts
   └─ Damaged             a document cannot be read: set it aside, go on, say so

Adapters translate their library's errors at one boundary, with ``raise … from``. For ``send``: before the
request left, `Unavailable`; after it left without an answer, `Uncertain`; an answer that says no, `Rejected`.
"""

from agent_tui.core.language import english


class AgentTuiError(Exception):
    """Something the program can explain: `problem` says what is wrong, `remedy` what to do about it.

    Both in the agent's language. As a string, which is how it stands in a log, it is in English.
    """

    def __init__(self, problem: str, *, remedy: str = "") -> None:
        super().__init__(english(problem))
        self.problem = problem
        self.remedy = remedy

    def __str__(self) -> str:
        return english(self.problem) + (f"\n{english(self.remedy)}" if self.remedy else "")

    @property
    def told(self) -> str:
        """What is wrong, and on the next line what to do, for a person."""
        return f"{self.problem}\n{self.remedy}" if self.remedy else self.problem


class ConfigError(AgentTuiError):
    """The settings are wrong; names file and key."""


class UsageError(AgentTuiError):
    """The command or request is malformed; nothing was done."""


class ChannelError(AgentTuiError):
    """Something between us and a provider."""


class Unavailable(ChannelError):
    """Nothing happened; repeating later is safe.

    `retry_after` is the provider's own wish in seconds, None when it expressed none.
    """

    def __init__(self, problem: str, *, remedy: str = "", retry_after: float | None = None) -> None:
        super().__init__(problem, remedy=remedy)
        self.retry_after = retry_after


class Rejected(ChannelError):
    """The provider refused this message for good; the reason is for the agent.

    `withdrawn`: because its receiver asked not to be written to on this channel any more.
    """

    def __init__(self, problem: str, *, remedy: str = "", withdrawn: bool = False) -> None:
        super().__init__(problem, remedy=remedy)
        self.withdrawn = withdrawn


class Uncertain(ChannelError):
    """It may have happened; only a look at the provider, or a person, can tell."""


class NeedsPerson(ChannelError):
    """Credentials, consent or quota: the channel stops until a person acts."""


class StoreError(AgentTuiError):
    """Something about our own files."""


class Missing(StoreError):
    """There is no such record."""


class Conflict(StoreError):
    """Someone changed it first; read again and decide again."""


class Busy(StoreError):
    """Another process held the store for too long."""


class Full(StoreError):
    """The disk is full or read-only; nothing of this write counts."""


class Damaged(StoreError):
    """A document cannot be read; it was set aside and named."""
