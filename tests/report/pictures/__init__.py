"""Pages of one fixed decision as pictures, so that a change of how they look is seen by a person."""
