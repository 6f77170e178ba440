"""How good alerts were: each held against what outcomes have shown since, counted, and the limits that follow."""
