"""Debian systems with nothing on them, to install the package in: `make deb-test`."""
