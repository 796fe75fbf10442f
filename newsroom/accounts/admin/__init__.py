"""The admin screens for accounts. Importing this package registers them."""

from newsroom.accounts.admin import contributors, invitations, users

__all__ = ["contributors", "invitations", "users"]
