"""Notifications to desk users: in their inbox and, as they prefer, by mail, immediately or as a daily digest."""
