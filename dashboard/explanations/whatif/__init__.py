"""What if: ranges in which values are known, and the smallest changes that turn a decision."""
