"""The rule book: who may do what to whom.

Every rule that looks at more than a role in the program stands here, once. Actions name their rules in their `Rights`;
files and events that say the same as an action ask the rights of that action (`asking.ask`), so that no other way leads
to what the action refuses: neither a card, nor people, nor an imported event, a token, a deputy or an earlier date.
"""
