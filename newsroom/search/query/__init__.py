"""What is asked: the words of a query, and the conditions that it comes with."""
