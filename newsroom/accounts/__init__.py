"""Users, roles, permissions, sign-in, invitations, sessions, offboarding and contributors."""
