"""How often verdicts are wrong and intervals miss, on made-up rows whose truth is known."""
