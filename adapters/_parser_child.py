"""The helper process of `_parser`: reads batches from a pipe, answers with one event a mail.

The kernel counts its processor time (`ITIMER_PROF`) and ends it when a mail takes more than it may, whatever it is
doing, inside a C library too. Run as ``python -m adapters._parser_child FD MEMORY``.
"""

import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from dataclasses import replace
from multiprocessing.connection import Connection

from adapters import _mail_event  # noqa: F401 - loaded now, so that no mail pays for it with its time
from adapters._mime import Account, Mail, parse
from adapters._parser import seconds_for
from agent_tui.core.channel import Event, Received, Unreadable


def main() -> None:
    """Serves until the pipe is closed."""
    _, hard = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), hard))
    connection = Connection(int(sys.argv[1]))
    connection.send("ready")
    try:
        while True:
            account, seconds, mails = connection.recv()
            _serve(connection, account, seconds, mails)
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return


def _serve(connection: Connection, account: Account, seconds: float, mails: Sequence[Mail]) -> None:
    for mail in mails:
        signal.setitimer(signal.ITIMER_PROF, seconds_for(mail, seconds))
        answer = _answer(mail, account)
        signal.setitimer(signal.ITIMER_PROF, 0)
        connection.send(answer)


def _answer(mail: Mail, account: Account) -> Event | str:
    """The event without the original, which the other side has; or what went wrong, for its log."""
    try:
        event = parse(mail, account)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001 - a defect: told to the other side, which logs it and goes on
        return traceback.format_exc()
    if isinstance(event, Received):
        return replace(event, raw=None)
    return replace(event, raw=b"") if isinstance(event, Unreadable) else event


if __name__ == "__main__":
    main()
