"""The menu for staff at the kiosk, behind a PIN: devices, steps, out of order, the end."""
