// What the page does around textual.js: fonts first, a finger as a mouse, and nothing left behind.
"use strict";

// The terminal makes links of addresses and copies what is marked: this page opens no window,
// takes nothing from the clipboard and puts nothing there.
window.open = () => null;
for (const kind of ["contextmenu", "copy", "cut", "paste", "dragstart", "drop", "auxclick"]) {
  document.addEventListener(kind, (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
}

const COLUMNS = 100, ROWS = 32; // by and large what a window shows
const SMALLEST = [80, 24]; // what a guide needs
const CELL = [0.6, 1.32]; // a character of the font, by its size
const LEAST = 8, READABLE = 14; // sizes of text, in pixels

function fontSize(width, height) {
  const filled = (columns, rows) =>
    Math.floor(Math.min(width / (columns * CELL[0]), height / (rows * CELL[1])));
  const wanted = Math.max(filled(COLUMNS, ROWS), READABLE);
  return Math.max(Math.min(wanted, filled(...SMALLEST)), LEAST);
}

// A browser tells of a tap when the finger has left: a key that must be held would never be.
function feelFinger(terminal) {
  let finger = null;
  const asMouse = (kind, touch) => touch.target.dispatchEvent(new MouseEvent(kind, {
    bubbles: true, cancelable: true, view: window, button: 0, buttons: kind === "mouseup" ? 0 : 1,
    clientX: touch.clientX, clientY: touch.clientY,
  }));
  const feel = (kind, begins, ends) => terminal.addEventListener(kind, (event) => {
    event.preventDefault();
    for (const touch of event.changedTouches) {
      if (begins && finger === null) finger = touch.identifier;
      else if (begins || touch.identifier !== finger) continue; // a second finger presses nothing
      asMouse(begins ? "mousedown" : ends ? "mouseup" : "mousemove", touch);
      if (ends) finger = null;
    }
  }, { capture: true, passive: false });
  feel("touchstart", true, false);
  feel("touchmove", false, false);
  feel("touchend", false, true);
  // The system has taken the finger for something of its own: that is no press.
  terminal.addEventListener("touchcancel", (event) => {
    const [touch] = [...event.changedTouches].filter((one) => one.identifier === finger);
    if (!touch) return;
    finger = null;
    asMouse("mouseup", { target: touch.target, clientX: 0, clientY: 0 });
  }, true);
}

// Once the window is over nothing of it stays: a page without it takes its place.
function wipeWhenClosed(terminal) {
  const body = document.body;
  new MutationObserver(async () => {
    if (!body.classList.contains("-closed") || !terminal.isConnected) return;
    for (const kind of ["blur", "keydown", "keypress", "input"]) { // nobody is there to be told
      document.addEventListener(kind, (event) => event.stopImmediatePropagation(), true);
    }
    terminal.remove();
    const note = body.classList.contains("-first-byte") ? "/closed" : "/elsewhere";
    try {
      if ((await fetch(note)).ok) window.location.replace(note);
    } catch { /* nobody serves any more: what this page says stays */ }
  }).observe(body, { attributes: true, attributeFilter: ["class"] });
}

window.addEventListener("load", async () => {
  const terminal = document.getElementById("terminal");
  wipeWhenClosed(terminal);
  feelFinger(terminal);
  terminal.dataset.sessionWebsocketUrl = "ws://" + window.location.host + "/ws";
  terminal.dataset.fontSize = fontSize(window.innerWidth, window.innerHeight);
  // The terminal measures its characters once, when it is made.
  await Promise.allSettled([...document.fonts].map((font) => font.load()));
  const program = document.createElement("script");
  program.addEventListener("load", () => {
    window.onload(new Event("load"));
    const keys = document.querySelector(".xterm-helper-textarea");
    keys.inputMode = "none"; // no keyboard comes up on the screen
    keys.focus();
  });
  program.src = "/static/textual.js";
  document.head.append(program);
});
