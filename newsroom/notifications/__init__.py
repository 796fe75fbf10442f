"""Notifications to desk users: in their inbox and, if they choose so, by mail, immediately or as a daily digest."""
