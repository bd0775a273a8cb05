"""Devices, and what is read from them: knows nothing of the guide or of any screen."""
