"""Trains the networks that read moving hands, on films synthesised from held hands: strokes, and words that flow."""
