"""The fleet: what a kiosk tells on the broker, and what clerks may ask of it."""
