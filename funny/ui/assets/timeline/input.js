// Pointer, wheel and keys.

const MOVED_PX = 4; // less is a click, not a drag
const LINE_PX = 33; // of a wheel that counts lines
let gesture = null; // {kind, x, ...} between press and release

const lensPx = (event) => event.clientX - part("lens").getBoundingClientRect().left;
const lensTime = (event) => toSeconds(lensPx(event));
const isOnRuler = (event) => event.clientY - part("lens").getBoundingClientRect().top < STAGE.ruler;

function onPress(event) {
  if (event.button !== 0 || !duration()) return;
  const { id, edge } = event.target.dataset;
  const kind = edge ? "edge" : isOnRuler(event) ? "scrub" : "pan";
  gesture = { kind, x: event.clientX, last: event.clientX, moved: false, id: ownId(id), edge };
  if (kind === "scrub") cue(lensTime(event));
  part("lens").setPointerCapture(event.pointerId);
  part("lens").focus({ preventScroll: true });
}

// A data attribute holds text; ids are what Python sent.
const ownId = (text) => state.moments.find((m) => String(m.id) === text)?.id ?? null;

function onMove(event) {
  if (!gesture) return hover(event);
  if (Math.abs(event.clientX - gesture.x) > MOVED_PX) gesture.moved = true;
  if (gesture.moved) DRAGS[gesture.kind](event);
  gesture.last = event.clientX;
}

const DRAGS = {
  pan: (event) => {
    hideTip();
    if (isZoomed()) panBy(gesture.last - event.clientX);
  },
  scrub: (event) => cue(lensTime(event)),
  edge: dragEdge,
};

function dragEdge(event) {
  const moment = state.moments.find((m) => m.id === gesture.id);
  if (!moment) return;
  hideTip();
  const { id, edge } = gesture;
  const at = withEdge({ ...moment, ...state.moved.get(id) }, edge, lensTime(event));
  state.dragged = { id, edge, ...at };
  scheduleDrag();
}

let dragAsked = 0;

/** Moves the band with the screen's pictures; a still video shows the frame at the edge. */
function scheduleDrag() {
  dragAsked ||= requestAnimationFrame(() => {
    dragAsked = 0;
    if (!state.dragged) return;
    drawBands();
    showMeasure();
    if (!isPlaying()) cue(state.dragged[`${state.dragged.edge}_s`]);
  });
}

function onRelease(event) {
  const done = gesture;
  gesture = null;
  if (!done) return;
  if (done.kind === "scrub") seek(lensTime(event));
  else if (!done.moved) clickAt(lensTime(event));
  else if (done.kind === "edge") dropEdge();
}

function dropEdge() {
  const at = state.dragged;
  state.dragged = null;
  showMeasure();
  if (!at) return;
  select(at.id);
  moveMoment(at.id, at);
}

/** The browser took the touch, to scroll the page. */
function onCancel() {
  gesture = null;
  state.dragged = null;
  showMeasure();
  drawBands();
}

function clickAt(time_s) {
  seek(time_s);
  const moment = momentAt(time_s);
  if (moment) select(moment.id);
}

function hover(event) {
  if (event.pointerType === "touch" || !duration()) return;
  const px = lensPx(event);
  // Handles reach out of their moment: it stays hovered on the way to them.
  const moment = momentAt(lensTime(event), (12 / plotWidth()) * span());
  if ((moment?.id ?? null) !== state.hovered) {
    state.hovered = moment?.id ?? null;
    placeHandles();
  }
  showTip(clamp(px, 0, plotWidth()), lensTime(event));
}

function onLeave() {
  if (gesture) return;
  state.hovered = null;
  placeHandles();
  hideTip();
}

/** Ctrl or ⌘ and the wheel zoom, a sideways wheel moves; the plain wheel stays the page's. */
function onWheel(event) {
  if (event.ctrlKey || event.metaKey) {
    event.preventDefault();
    const px = event.deltaY * (event.deltaMode ? LINE_PX : 1);
    zoom(Math.exp(clamp(px, -100, 100) * 0.004), lensTime(event));
  } else if (isZoomed() && Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    event.preventDefault();
    panBy(event.deltaX);
  }
}

/** The bar under the lanes: press or drag it to move the view. */
function onScroll(event) {
  if (event.type === "pointerdown") event.currentTarget.setPointerCapture(event.pointerId);
  if (!event.buttons || !isZoomed()) return;
  const box = event.currentTarget.getBoundingClientRect();
  look(((event.clientX - box.left) / box.width) * duration() - span() / 2, span());
}

// Names as keyName makes them. Those of ON_LENS do their own thing on buttons and boxes.
const KEYS = {
  arrowleft: () => seekBy(-1),
  arrowright: () => seekBy(1),
  "shift+arrowleft": () => seekBy(-tickSeconds()),
  "shift+arrowright": () => seekBy(tickSeconds()),
  "ctrl+arrowleft": () => seekBy(-10),
  "ctrl+arrowright": () => seekBy(10),
  arrowup: () => goToMoment(-1),
  arrowdown: () => goToMoment(1),
  home: () => seek(0),
  end: () => seek(duration()),
  j: () => seekBy(-5),
  k: togglePlay,
  " ": togglePlay,
  l: () => seekBy(5),
  enter: playSelected,
  i: markIn,
  o: markOut,
  delete: removeSelected,
  backspace: removeSelected,
  m: mergeSelected,
  x: toggleKept,
  "[": () => edgeToPlayhead("start"),
  "]": () => edgeToPlayhead("end"),
  "ctrl+z": () => tell({ op: "undo" }),
  "ctrl+shift+z": () => tell({ op: "redo" }),
  "ctrl+y": () => tell({ op: "redo" }),
  0: showAll,
  "+": () => zoom(0.5),
  "=": () => zoom(0.5),
  "-": () => zoom(2),
  "?": () => togglePop("help"),
  escape: onEscape,
};
const ON_LENS = /arrow|home|end|enter|^ $/;

function onKey(event) {
  const name = keyName(event);
  const act = Object.hasOwn(KEYS, name) && KEYS[name];
  if (!act || (event.target !== part("lens") && ON_LENS.test(name))) return;
  event.preventDefault();
  event.stopPropagation();
  act();
}

/** Closes what is open; where nothing is, takes back the in point and the selection. */
function onEscape() {
  if (closePops()) return;
  state.markedIn = null;
  select(null);
  placePlayhead();
  updateButtons();
}

function listen() {
  const lens = part("lens");
  lens.addEventListener("pointerdown", onPress);
  lens.addEventListener("pointermove", onMove);
  lens.addEventListener("pointerup", onRelease);
  lens.addEventListener("pointercancel", onCancel);
  lens.addEventListener("pointerleave", onLeave);
  lens.addEventListener("dblclick", showAll);
  lens.addEventListener("wheel", onWheel, { passive: false });
  part("scroll").addEventListener("pointerdown", onScroll);
  part("scroll").addEventListener("pointermove", onScroll);
  element.addEventListener("keydown", onKey);
}
