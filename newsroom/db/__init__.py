"""Database tools that the ORM lacks: prepared statements, keyset pagination, capped counts, outages, server time."""
