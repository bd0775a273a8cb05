"""Many kiosks side by side, random visits and random faults: `make soak`."""
