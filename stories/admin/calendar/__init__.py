"""Calendar of the desk: publications, withdrawals and review dates by week, by month and as a list, and moving them."""

from stories.admin.calendar.move import move_entry
from stories.admin.calendar.views import calendar

__all__ = ["calendar", "move_entry"]
