"""Every text of reasons and pages, in three languages; numbers, dates and calendars too."""
