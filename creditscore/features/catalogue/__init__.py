"""The catalogues: features as declarations."""
