"""The operator's console: all kiosks of the centres, and help for the people at them."""
