"""Django's backend for PostgreSQL, for a server that may be away: nobody waits for it for long, or in turn."""
