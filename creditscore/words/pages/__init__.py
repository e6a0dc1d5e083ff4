"""The words of pages, a few modules a language."""
