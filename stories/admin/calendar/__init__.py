"""Calendar of the desk: publications, withdrawals and review dates, and the form that moves them."""

from stories.admin.calendar.move import MoveView
from stories.admin.calendar.views import CalendarView

__all__ = ["CalendarView", "MoveView"]
