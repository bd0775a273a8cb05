// Tells textual.js where our own web socket is, before it begins.
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  document.getElementById("terminal").dataset.sessionWebsocketUrl =
    "ws://" + window.location.host + "/ws";
  document.getElementById("again").addEventListener("click", () => window.location.assign("/"));
});
