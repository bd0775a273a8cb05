"""What is left of a visit: known people come to a real kiosk, and are looked for afterwards."""
