"""The words of reasons, one module a language."""
