"""What follows from facts about people: who answers for what, what is missing, what has gone stale."""
