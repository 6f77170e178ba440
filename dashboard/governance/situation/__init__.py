"""The facts that all judgements rest on, as they were on a day: cards, roles, history, profiles."""
