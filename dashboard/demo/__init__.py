"""The demo portfolio: real data with moved dates, and the history of an organisation, replayed month by month."""
