"""The machine around the kiosk: what it lacks."""
