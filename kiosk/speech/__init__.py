"""What the kiosk says aloud: sentences in their language, one after another, to be interrupted."""
