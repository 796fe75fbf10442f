"""Django's PostgreSQL backend, adapted to outages: requests wait for the server only briefly, not one after another."""
