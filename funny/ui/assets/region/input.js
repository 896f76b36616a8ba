// Pointer and keys on the picture.

const MOVED_PX = 4; // less is a click, not a drag
const GRIP_PX = { mouse: 7, pen: 10, touch: 18 };
const STEP = 0.01; // of an arrow key
const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const CURSORS = {
  "": "crosshair",
  move: "move",
  left: "ew-resize",
  right: "ew-resize",
  top: "ns-resize",
  bottom: "ns-resize",
  "left top": "nwse-resize",
  "right bottom": "nwse-resize",
  "right top": "nesw-resize",
  "left bottom": "nesw-resize",
};
let gesture = null; // {kind, edges, from, x, y, region} between press and release

/** Where on the picture the pointer is, as fractions of it. */
function pointAt(event) {
  const box = part("frame").getBoundingClientRect();
  const [x, y] = [(event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height];
  return [clamp(x, 0, 1), clamp(y, 0, 1)];
}

/** Which edges of the rectangle are under the pointer. */
function edgesAt(event) {
  const box = part("rectangle").getBoundingClientRect();
  const reach = GRIP_PX[event.pointerType] ?? GRIP_PX.mouse;
  const [x, y] = [event.clientX, event.clientY];
  const isBeside = x < box.left - reach || x > box.right + reach;
  if (!state.region || isBeside || y < box.top - reach || y > box.bottom + reach) return [];
  const horizontal = nearer(x, box.left, box.right, reach, ["left", "right"]);
  return [...horizontal, ...nearer(y, box.top, box.bottom, reach, ["top", "bottom"])];
}

/** The nearer of two edges, if one is within reach; in a small rectangle the middle stays free. */
function nearer(at, low, high, reach, [first, second]) {
  const near = Math.min(reach, Math.max(3, (high - low) / 4));
  const [before, after] = [at - low, high - at];
  if (before < near && before <= after) return [first];
  return after < near ? [second] : [];
}

/** What a drag from here does. A face's rectangle is not moved: one may be drawn inside it. */
function kindAt(event, edges) {
  if (edges.length) return "stretch";
  return isOwn() && holds(state.region, pointAt(event)) ? "move" : "draw";
}

function onPress(event) {
  if (event.button !== 0 || gesture) return;
  const edges = edgesAt(event);
  const kind = kindAt(event, edges);
  const { clientX: x, clientY: y, pointerId: pointer } = event;
  gesture = { kind, edges: new Set(edges), from: pointAt(event), x, y, pointer, region: null };
  part("stage").setPointerCapture(pointer);
  part("stage").focus({ preventScroll: true }); // so that Escape is heard during the drag
}

function onMove(event) {
  if (!gesture) return showCursor(event);
  if (event.pointerId !== gesture.pointer) return;
  const isStill = Math.hypot(event.clientX - gesture.x, event.clientY - gesture.y) < MOVED_PX;
  if (isStill && !gesture.region) return;
  gesture.region = DRAGS[gesture.kind](pointAt(event));
  showRectangle(gesture.region);
}

const DRAGS = {
  draw: (at) => between(gesture.from, at),
  move: ([x, y]) => moved(state.region, [x - gesture.from[0], y - gesture.from[1]]),
  stretch: (at) => stretched(state.region, gesture.edges, at),
};

function showCursor(event) {
  const edges = edgesAt(event);
  const name = kindAt(event, edges) === "move" ? "move" : edges.join(" ");
  part("stage").style.cursor = CURSORS[name];
}

function onRelease(event) {
  if (event.pointerId !== gesture?.pointer) return;
  const { region, from } = gesture;
  gesture = null;
  if (region) choose(tidy(region));
  else clickAt(from);
  draw();
  if (state.region) part("rectangle").focus({ preventScroll: true });
}

/** Chooses the smallest face rectangle at a point. */
function clickAt(at) {
  const under = faces().filter((face) => holds(face.region, at));
  under.sort((a, b) => a.region[2] * a.region[3] - b.region[2] * b.region[3]);
  if (under.length) choose(under[0].region);
}

/** Escape, or the browser took the pointer: the rectangle is as it was. */
function dropGesture() {
  gesture = null;
  draw();
}

function onKey(event) {
  if (event.key === "Escape") onEscape(event);
  else if (event.target === part("rectangle")) onArrow(event);
}

function onEscape(event) {
  if (!gesture && !state.region) return; // Whoever holds the picker may close.
  event.preventDefault();
  event.stopPropagation();
  if (gesture) return dropGesture();
  choose(null);
  part("strip").firstElementChild.focus();
}

function onArrow(event) {
  const arrow = ARROWS[event.key];
  if (!arrow || gesture || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  event.stopPropagation();
  const by = arrow.map((direction) => direction * STEP);
  const to = event.shiftKey ? grown(state.region, by, aspect()) : moved(state.region, by);
  choose(tidy(to), TELL_MS);
}

function listen() {
  const stage = part("stage");
  stage.addEventListener("pointerdown", onPress);
  stage.addEventListener("pointermove", onMove);
  stage.addEventListener("pointerup", onRelease);
  stage.addEventListener("pointercancel", dropGesture);
  element.addEventListener("keydown", onKey);
}
