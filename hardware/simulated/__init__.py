"""Devices without hardware: they speak the real wire protocols, so that the real drivers run."""
