"""A portfolio on disk: written, mapped, appended to, folded and checked."""
