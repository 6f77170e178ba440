"""What was done, chained and journalled: recorded, verified, rebuilt, backed up."""
