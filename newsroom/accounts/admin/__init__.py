"""The admin screens for accounts. Importing this package registers them."""

from newsroom.accounts.admin import invitations, users

__all__ = ["invitations", "users"]
