"""The one door: writes data/raw, and reads what users bring."""
