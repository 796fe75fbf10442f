"""What measures the search: many made-up stories, and the queries that are put to them."""
