"""The words of reasons, a few modules a language."""
