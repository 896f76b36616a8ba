// Keys, and where they are heard.

// Names as keyName makes them. Those of ON_SCREEN do their own thing on buttons.
const KEYS = {
  1: () => answer("funny"),
  0: () => answer("ordinary"),
  s: () => answer("skip"),
  u: undo,
  " ": togglePlay,
  arrowleft: () => nudge("start", -1),
  arrowright: () => nudge("start", 1),
  "shift+arrowleft": () => nudge("end", -1),
  "shift+arrowright": () => nudge("end", 1),
  "[": () => nudge("end", -1),
  "]": () => nudge("end", 1),
  "?": toggleKeys,
  escape: leave,
};
const HELD = /arrow|[[\]]/; // what a key that is held down does again
const ON_SCREEN = /^ $/;

function onKey(event) {
  const name = keyName(event);
  const act = Object.hasOwn(KEYS, name) && KEYS[name];
  const isButton = event.target.tagName === "BUTTON";
  if (!act || (isButton && ON_SCREEN.test(name))) return;
  event.preventDefault();
  event.stopPropagation();
  if (event.repeat && !HELD.test(name)) return;
  const { edge } = event.target.dataset;
  if (edge && event.target.getAttribute("role") === "slider" && /^arrow/.test(name)) {
    nudge(edge, name === "arrowleft" ? -1 : 1);
  } else act();
}

/** Takes the focus, so that keys work; not from somebody who is elsewhere on the page. */
function takeFocus() {
  const at = document.activeElement;
  const isFree = !at || at === document.body || at.getAttribute("role") === "tab";
  const isDone = part("who").contains(at) && !state.isNaming;
  if (!root.offsetParent || !(isFree || isDone)) return;
  const to = state.isNaming ? part("name") : part("screen");
  to.focus({ preventScroll: true });
}

function listen() {
  element.addEventListener("keydown", onKey);
  part("screen").addEventListener("click", togglePlay);
  part("leave").addEventListener("click", leave);
  part("do-signs").addEventListener("click", toggleSigns);
  part("do-keys").addEventListener("click", toggleKeys);
  listenToName();
  listenToStrip();
  listenToVideos();
}
