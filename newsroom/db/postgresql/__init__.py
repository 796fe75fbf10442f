"""Django's PostgreSQL backend, adapted to outages: for seconds after a timeout, attempts to connect fail at once."""
