"""What the land analysis is told: the planning codes, a municipality's layers and settings, and the shape of a loaded layer."""
