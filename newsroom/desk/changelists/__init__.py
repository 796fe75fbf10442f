"""What every list of the desk can do: saved views, chosen columns, counts that stop."""
