"""Stories and questions: drafts, review, publication and the pages for readers."""
