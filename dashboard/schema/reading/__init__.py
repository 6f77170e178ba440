"""From files of people to validated content, and messages for what is wrong in them."""
