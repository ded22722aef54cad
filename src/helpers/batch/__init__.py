"""Many reports in one run: which notebooks for which municipalities, in parallel, with every failure told."""
