"""What a person gains from a model of their own (gain.py), and from correcting letters (corrections.py)."""
