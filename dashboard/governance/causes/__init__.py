"""What happened to a model and around it in order of time; order is all that it tells, no cause."""
