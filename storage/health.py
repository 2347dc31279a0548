"""Is all well? Counts, and what a person should know: lines nobody can read, folders that are not what they say."""

from agent_tui.core.language import _
from agent_tui.core.store import Report
from storage.catalog import Catalog
from storage.layout import Layout


def report(layout: Layout, catalog: Catalog) -> Report:
    """The state of the store as the catalog and the folders show it."""
    return Report(
        customers=catalog.value("SELECT count(*) FROM customer"),
        messages=catalog.value("SELECT count(*) FROM entry WHERE kind < 2 AND id IS NOT NULL"),
        problems=(*_damage(catalog), *_unread_lines(layout, catalog), *_strangers(layout, catalog)),
    )


def _damage(catalog: Catalog) -> list[str]:
    found = catalog.value("PRAGMA quick_check(1)")
    return [] if found == "ok" else [_("the catalog is damaged ({found}): run reindex").format(found=found)]


def _unread_lines(layout: Layout, catalog: Catalog) -> list[str]:
    rows = catalog.all("SELECT name, skipped FROM journal WHERE skipped > 0 ORDER BY name")
    return [
        _("{count} unreadable line(s) in {path}, set aside").format(count=count, path=layout.path(name))
        for name, count in rows
    ]


def _strangers(layout: Layout, catalog: Catalog) -> list[str]:
    known = {row[0] for row in catalog.all("SELECT name FROM journal")}
    return [
        _("{path} is not the journal its folder says, and is left out").format(path=layout.path(name))
        for name in layout.journals()
        if name not in known and layout.path(name).stat().st_size > 0
    ]
