"""Charts: shapes as inline SVG, words as HTML above them, so that text keeps its size and its direction."""
