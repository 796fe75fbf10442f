"""The calendar of the desk: what goes live, ends and is looked at again, by week, by month and as a list; moved from there."""

from stories.admin.calendar.move import move
from stories.admin.calendar.views import calendar

__all__ = ["calendar", "move"]
