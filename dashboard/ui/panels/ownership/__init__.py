"""Ownership: roles, gaps, workload, leavers."""
