"""The table beneath each chart: the same numbers as texts, the unit in the head, each with its date and source."""
