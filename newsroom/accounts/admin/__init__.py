"""The screens of people, one module for each; importing this registers them."""

from newsroom.accounts.admin import contributors, invitations, users

__all__ = ["contributors", "invitations", "users"]
