"""Stories and questions: drafts, review, publication and public pages."""
