"""The mixed load of readers and editors. Requests are sent when they are due, even if earlier ones are unanswered."""
