"""The commands of the scripted IMAP server that concern mailboxes and messages.

Each takes the session and the command, adds untagged answers with ``session.say`` and returns the
text of the tagged reply.
"""

from collections.abc import Callable
from datetime import UTC, datetime

from tests.servers import imap_fetch
from tests.servers.imap_mailbox import Mailbox, Message
from tests.servers.imap_search import search as find
from tests.servers.imap_session import Session
from tests.servers.imap_wire import Command, Malformed, Token, flag_list, numbers, string

SYSTEM_FLAGS = ("\\Answered", "\\Flagged", "\\Deleted", "\\Seen", "\\Draft")


def text(command: Command, place: int) -> bytes:
    """The argument at ``place``. Raises Malformed."""
    value = command.arguments[place] if place < len(command.arguments) else None
    if not isinstance(value, bytes):
        raise Malformed(f"argument {place + 1} is missing")
    return value


def list_line(mailbox: Mailbox, delimiter: bytes) -> bytes:
    """One untagged LIST line, without its end."""
    attributes = flag_list((*mailbox.attributes, "\\HasNoChildren"))
    return b"* LIST %s %s %s" % (attributes, string(delimiter), string(mailbox.name))


def matches(name: bytes, pattern: bytes, delimiter: bytes) -> bool:
    """RFC 3501 6.3.8: ``*`` matches everything, ``%`` everything but the delimiter."""
    if not pattern:
        return not name
    head, rest = pattern[:1], pattern[1:]
    if head not in (b"*", b"%"):
        same = name[:1].upper() == head.upper() if name else False
        return same and matches(name[1:], rest, delimiter)
    ends = range(len(name) + 1)
    return any(
        matches(name[end:], rest, delimiter) for end in ends if head == b"*" or delimiter not in name[:end]
    )


def select(session: Session, mailbox: Mailbox, *, read_only: bool, uidnext: bool, modseq: bool) -> str:
    """SELECT and EXAMINE."""
    session.select(mailbox, read_only=read_only)
    session.say(b"* FLAGS " + flag_list(SYSTEM_FLAGS))
    session.say(b"* OK [PERMANENTFLAGS " + flag_list((*SYSTEM_FLAGS, "\\*")) + b"] limited")
    session.say(b"* %d EXISTS" % len(session.view))
    session.say(b"* 0 RECENT")
    session.say(b"* OK [UIDVALIDITY %d] ok" % mailbox.uidvalidity)
    if uidnext:
        session.say(b"* OK [UIDNEXT %d] ok" % mailbox.uidnext)
    if modseq:
        session.say(b"* OK [HIGHESTMODSEQ %d] ok" % mailbox.modseq)
    return "OK [READ-ONLY] done" if read_only else "OK [READ-WRITE] done"


def status(session: Session, mailbox: Mailbox, command: Command) -> str:
    """STATUS."""
    known = {
        b"MESSAGES": len(mailbox.messages),
        b"RECENT": 0,
        b"UIDNEXT": mailbox.uidnext,
        b"UIDVALIDITY": mailbox.uidvalidity,
        b"UNSEEN": sum("\\Seen" not in each.flags for each in mailbox.messages),
        b"HIGHESTMODSEQ": mailbox.modseq,
    }
    wanted = command.arguments[1] if len(command.arguments) > 1 else []
    names = [each.upper() for each in wanted if isinstance(each, bytes)]
    values = b" ".join(b"%s %d" % (name, known[name]) for name in names if name in known)
    session.say(b"* STATUS %s (%s)" % (string(mailbox.name), values))
    return "OK done"


def search(session: Session, command: Command) -> str:
    """SEARCH and UID SEARCH."""
    session.opened()
    found = find(command.arguments, session.view)
    by_uid = command.verb.startswith("UID")
    hits = [each.uid if by_uid else n for n, each in found]
    session.say(b" ".join([b"* SEARCH", *(b"%d" % hit for hit in hits)]))
    return "OK done"


def fetch(session: Session, command: Command) -> str:
    """FETCH and UID FETCH, with CHANGEDSINCE."""
    names = imap_fetch.items(command.arguments[1:2])
    since = _changed_since(command)
    if since is not None:
        session.condstore = True
        names = [*names, *([] if b"MODSEQ" in names else [b"MODSEQ"])]
    seen = imap_fetch.sets_seen(names) and not session.read_only
    still_there = {each.uid for each in session.opened().messages}
    for sequence, message in _chosen(session, command):
        if message.uid not in still_there or (since is not None and message.modseq <= since):
            continue
        if seen and not message.gone:
            message.flags.add("\\Seen")
        session.out += imap_fetch.answer(sequence, message, names, uid=command.verb.startswith("UID"))
        if b"FLAGS" in names:
            session.tell(message)
    return "OK done"


def _changed_since(command: Command) -> int | None:
    modifiers = command.arguments[2] if len(command.arguments) > 2 else None
    if not isinstance(modifiers, list) or len(modifiers) < 2:
        return None
    name, value = modifiers[0], modifiers[1]
    if not isinstance(name, bytes) or not isinstance(value, bytes) or name.upper() != b"CHANGEDSINCE":
        raise Malformed("unknown FETCH modifier")
    return int(value)


def store(session: Session, command: Command) -> str:
    """STORE and UID STORE."""
    if session.read_only:
        return "NO [READ-ONLY] mailbox was opened with EXAMINE"
    mailbox = session.opened()
    action, given = text(command, 1).upper(), _flags(command.arguments[2:])
    for sequence, message in _chosen(session, command):
        message.flags = _changed(action, message.flags, given)
        mailbox.modseq += 1
        message.modseq = mailbox.modseq
        session.tell(message)
        if not action.endswith(b".SILENT"):
            uid = command.verb.startswith("UID")
            session.out += imap_fetch.answer(sequence, message, [b"FLAGS"], uid=uid)
    return "OK done"


def _flags(tokens: list[Token]) -> set[str]:
    flat = tokens[0] if tokens and isinstance(tokens[0], list) else tokens
    return {each.decode() for each in flat if isinstance(each, bytes)}


def _changed(action: bytes, before: set[str], given: set[str]) -> set[str]:
    if action.startswith(b"+"):
        return before | given
    return before - given if action.startswith(b"-") else given


def _chosen(session: Session, command: Command) -> list[tuple[int, Message]]:
    by_uid = command.verb.startswith("UID")
    highest = (session.view[-1].uid if session.view else 0) if by_uid else len(session.view)
    inside = numbers(text(command, 0), highest)
    pairs = enumerate(session.view, 1)
    return [(n, each) for n, each in pairs if inside(each.uid if by_uid else n)]


def append(mailbox: Mailbox, command: Command, *, uidplus: bool) -> str:
    """APPEND; the flags and the date are optional."""
    flags = [each for each in command.arguments[1:-1] if isinstance(each, list)]
    dates = [each for each in command.arguments[1:-1] if isinstance(each, bytes)]
    when = datetime.strptime(dates[0].decode().strip(), "%d-%b-%Y %H:%M:%S %z") if dates else None
    uid = mailbox.add(
        text(command, len(command.arguments) - 1),
        flags=_flags([*flags]) if flags else (),
        date=when or datetime.now(UTC),
    )
    return f"OK [APPENDUID {mailbox.uidvalidity} {uid}] done" if uidplus else "OK done"


def expunge(session: Session, command: Command) -> str:
    """EXPUNGE and UID EXPUNGE; the removals are reported like anybody's."""
    mailbox = session.opened()
    inside: Callable[[int], bool] = lambda uid: True  # noqa: E731
    if command.verb.startswith("UID"):
        inside = numbers(text(command, 0), max(mailbox.uids, default=0))
    dead = [each.uid for each in mailbox.messages if "\\Deleted" in each.flags and inside(each.uid)]
    mailbox.expunge(*dead)
    return "OK done"
