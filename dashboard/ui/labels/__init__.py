"""The words of codes for readers, by subject: what a table, a badge or a filter says instead of a code."""
