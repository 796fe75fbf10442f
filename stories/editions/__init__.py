"""What readers see: editions and what belongs to them, and how they are queried."""
