"""What the project asks of its databases beyond the ORM."""
