"""Model Ledger: a transparent and accountable record of an organisation's machine-learning models."""

__version__ = "0.2.0"
