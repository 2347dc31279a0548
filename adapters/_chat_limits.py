"""How fast somebody may go: buckets that fill up again, a bounded number of them.

An address counts as it is, an IPv6 one by its network of 64 bits: whoever has one has them all (RFC 6177).
"""

import ipaddress
import math
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from adapters._chat_config import Limits

REMEMBERED = 20_000  # keys of one kind; the one longest unused is forgotten first


@dataclass(frozen=True, slots=True)
class Rule:
    """At most `count` in `seconds`, on average; all of them may come at once."""

    count: int
    seconds: float


class Buckets:
    """One rule, kept separately for each key."""

    def __init__(self, rule: Rule, time: Callable[[], float], *, most: int = REMEMBERED) -> None:
        self._rule = rule
        self._time = time
        self._most = most
        self._levels: OrderedDict[object, tuple[float, float]] = (
            OrderedDict()
        )  # what is left, and when it was

    def wait(self, key: object) -> float:
        """Seconds until `key` may go on; 0: now."""
        missing = 1 - self._level(key)
        return math.ceil(missing * self._rule.seconds / self._rule.count * 10) / 10 if missing > 1e-9 else 0.0

    def take(self, key: object) -> None:
        """One more of `key`; ask `wait` first."""
        self._levels[key] = (self._level(key) - 1, self._time())
        self._levels.move_to_end(key)
        if len(self._levels) > self._most:
            self._levels.popitem(last=False)

    def _level(self, key: object) -> float:
        level, at = self._levels.get(key, (float(self._rule.count), 0.0))
        return min(self._rule.count, level + (self._time() - at) * self._rule.count / self._rule.seconds)


class Meter:
    """Every limit of a server, together."""

    def __init__(self, limits: Limits, time: Callable[[], float]) -> None:
        self._burst = Buckets(Rule(limits.burst, 10), time)
        self._messages = Buckets(Rule(limits.messages, 60), time)
        self._everything = Buckets(Rule(limits.all_messages, 60), time)
        self._newcomers = Buckets(Rule(limits.newcomers, 60), time)
        self._all_newcomers = Buckets(Rule(limits.all_newcomers, 60), time)
        self._frames = Buckets(Rule(max(60, 2 * limits.burst), 10), time)
        self._visits = Buckets(Rule(60 + 10 * limits.address_connections, 60), time)

    def message(self, token: bytes) -> float:
        """Count a message of a visitor; or the seconds they must wait, and nothing is counted."""
        return _all((self._burst, token), (self._messages, token), (self._everything, None))

    def newcomer(self, network: str) -> float:
        """Count somebody who writes for the first time; or the seconds they must wait."""
        return _all((self._newcomers, network), (self._all_newcomers, None))

    def frame(self, connection: object) -> float:
        """Count anything a browser says: a message that is refused, too, typing, seen, asking for a file."""
        return _all((self._frames, connection))

    def visit(self, network: str) -> float:
        """Count a connection, or a request without one."""
        return _all((self._visits, network))


def _all(*asked: tuple[Buckets, object]) -> float:
    wait = max(buckets.wait(key) for buckets, key in asked)
    if wait == 0:
        for buckets, key in asked:
            buckets.take(key)
    return wait


def network(address: str) -> str:
    """What counts as one address."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return address
    mapped = ip.ipv4_mapped if ip.version == 6 else None
    if mapped is not None:
        return str(mapped)
    return str(ipaddress.ip_network((ip, 64), strict=False)) if ip.version == 6 else str(ip)
