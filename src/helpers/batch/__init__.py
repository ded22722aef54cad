"""Many reports in one run: which notebooks for which municipalities, in parallel, with every failure told."""

from helpers.batch.lean import load_nbformat

load_nbformat()  # before any module here imports it
