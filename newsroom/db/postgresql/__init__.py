"""Django's PostgreSQL backend, adapted to outages: for a while after a timeout, attempts to connect fail at once."""
