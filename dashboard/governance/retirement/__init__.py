"""Which models could be retired or merged: unused ones, those that cost more than they bring, and twins."""
