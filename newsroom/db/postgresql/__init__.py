"""Django's PostgreSQL backend, adapted to outages and poolers, and with prepared statements."""
