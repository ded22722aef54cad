"""Charts, maps and the parts of a page: indicators become figures with an alternative text. Words come from callers."""
