"""Stands before Pillow, which comes with what tests need and is on no kiosk.

Where it is there, qrcode loads it with the first code: 4 MB, for pictures that are not needed.
"""

raise ImportError("no kiosk has it")
