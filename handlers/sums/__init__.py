"""What the sums need: which numbers of a message count what, and what is asked of them (quotas, rates, the statistics sheet)."""
