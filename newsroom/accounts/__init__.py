"""Who works here: accounts, roles, permissions, sign-in, contributors."""
