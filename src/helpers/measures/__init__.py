"""Indicators: pure functions from tidy tables and places to frames. No files, no network, no plotting, no clock."""
