"""Sign-offs, findings and uses."""
