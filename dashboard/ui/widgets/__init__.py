"""Parts that every page draws with: filters, tables, badges, dates, names, answers."""
