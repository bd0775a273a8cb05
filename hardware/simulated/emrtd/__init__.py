"""A passport of our own: its issuer, what is on its chip, and how the chip answers."""
