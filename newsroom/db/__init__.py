"""Database tools beyond the ORM: prepared statements, keyset pagination, capped counts, outages, the server's time."""
