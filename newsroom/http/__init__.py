"""What every request needs before it is about anything: its time, language and client, limits, and answers that refuse."""
