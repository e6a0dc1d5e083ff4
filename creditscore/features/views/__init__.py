"""Views: the rows of one kind that were known before a moment, with the columns that terms reduce."""
