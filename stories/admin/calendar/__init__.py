"""Calendar of the desk: publications, withdrawals and review dates by week, by month and as a list, and moving them."""

from stories.admin.calendar.move import MoveView
from stories.admin.calendar.views import CalendarView

__all__ = ["CalendarView", "MoveView"]
