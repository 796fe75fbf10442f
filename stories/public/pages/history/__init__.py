"""The history of pages: their editions, the changes between editions, and corrections."""
