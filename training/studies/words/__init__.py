"""How well words are spelled: films of held letters, and words that flow."""
