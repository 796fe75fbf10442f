"""Database tools that the ORM lacks, such as prepared statements, keyset pagination and capped counts."""
