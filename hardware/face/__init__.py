"""What a camera sees of a person: measures and hints, from arrays alone. Nobody is recognised."""
