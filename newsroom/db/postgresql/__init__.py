"""Django's PostgreSQL backend, adapted to outages: requests wait for the server briefly, and not one after another."""
