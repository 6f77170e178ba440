"""What a card, a people file, an event and the thresholds may contain, and messages for what they may not."""
