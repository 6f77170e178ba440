"""What the files of settings may contain."""
