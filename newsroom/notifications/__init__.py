"""Notifications to desk users: in their inbox and, if they wish, by mail (immediately or as a daily digest)."""
