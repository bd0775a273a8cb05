"""An app of the project in a browser: the same screens, through a web socket."""
