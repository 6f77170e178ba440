"""Calls to what others run: a signed webhook, or a command of this machine."""
