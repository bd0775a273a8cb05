"""What staff may do at the kiosk: the PIN of their menu, and a kiosk that is out of order."""
