"""The stream of changes, as the catalog keeps it for every process.

A token is ``epoch:number``. One of another epoch (the catalog was rebuilt, or had to catch up after a loss of power),
from before the oldest change kept, or that is no token at all is answered with a single `reset`.
"""

from agent_tui.core.store import Change, Token
from storage.catalog import Catalog

_AT_ONCE = 1000


def token(catalog: Catalog) -> Token:
    """The present end of the stream."""
    return f"{catalog.meta('epoch')}:{_newest(catalog)}"


def after(catalog: Catalog, since: Token) -> tuple[Change, ...]:
    """What changed after a token, so far; the first thousand."""
    epoch, _, number = since.partition(":")
    present = catalog.meta("epoch")
    if epoch != present or not _is_known(catalog, number):
        return (Change(token=token(catalog), customer_id="", kind="", id="", reset=True),)
    sql = "SELECT seq, customer, kind, id FROM change WHERE seq > ? ORDER BY seq LIMIT ?"
    return tuple(
        Change(token=f"{present}:{seq}", customer_id=customer, kind=kind, id=key)
        for seq, customer, kind, key in catalog.all(sql, int(number), _AT_ONCE)
    )


def _is_known(catalog: Catalog, number: str) -> bool:
    if not (number.isascii() and number.isdigit()) or len(number) > 18:
        return False
    newest = _newest(catalog)
    oldest = catalog.value("SELECT min(seq) FROM change")
    return (newest if oldest is None else oldest - 1) <= int(number) <= newest


def _newest(catalog: Catalog) -> int:
    found = catalog.value("SELECT seq FROM sqlite_sequence WHERE name = 'change'")
    return int(found or 0)
