"""Figures of the running kiosk: `make bench`. They are written down and never fail a build."""
