"""From an executed notebook to pages that a reader opens: what a notebook opens, the exporter, the links, the index."""
