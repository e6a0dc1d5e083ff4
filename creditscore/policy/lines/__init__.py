"""Credit lines that begin small: the first line, its steps up and down by conduct, and caps of exposure."""
