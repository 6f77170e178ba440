"""The states of the gallery, and what its frames share."""

STATES = ("healthy", "alarming", "empty", "unknown", "simulated")
MONTHS = [f"2013-{month:02d}" for month in range(4, 13)]
FEATURES = {"dep_hour": 0.4, "carrier": 0.3, "temp": 0.02, "origin": 0.28}
WORST = {"healthy": "ok", "alarming": "alert", "unknown": "unknown", "simulated": "warn", "empty": "unknown"}
