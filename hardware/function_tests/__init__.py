"""What a self-test finds out of a device: is it there, what is it, how well does it work."""
