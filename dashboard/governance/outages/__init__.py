"""What an outage of a model means: what is down with it, which processes stop, what it costs, whom to call."""
