"""GraphiQL: its page, its files, and the journey's tabs. It knows no schema and no domain."""
