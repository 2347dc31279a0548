"""Days and months by name, in the agent's language; never the system's, which may not have it."""

from datetime import date

from agent_tui.core.language import _, _c


def weekday(day: date) -> str:
    """``Friday``."""
    return (
        _("Monday"),
        _("Tuesday"),
        _("Wednesday"),
        _("Thursday"),
        _("Friday"),
        _("Saturday"),
        _("Sunday"),
    )[day.weekday()]


def full(day: date) -> str:
    """``Friday 20 November 2026``."""
    return _("{weekday} {day} {month} {year}").format(
        weekday=weekday(day), day=day.day, month=month(day), year=day.year
    )


def weekday_short(day: date) -> str:
    """``Fri``."""
    return (_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun"))[day.weekday()]


def month(day: date) -> str:
    """``November``."""
    return (
        _("January"),
        _("February"),
        _("March"),
        _("April"),
        _c("month", "May"),
        _("June"),
        _("July"),
        _("August"),
        _("September"),
        _("October"),
        _("November"),
        _("December"),
    )[day.month - 1]


def month_short(day: date) -> str:
    """``Nov``."""
    return (
        _("Jan"),
        _("Feb"),
        _("Mar"),
        _("Apr"),
        _c("month, short", "May"),
        _("Jun"),
        _("Jul"),
        _("Aug"),
        _("Sep"),
        _("Oct"),
        _("Nov"),
        _("Dec"),
    )[day.month - 1]
