// The edges of the clip: moved by half seconds, shown on a strip of the clip and what is around it.

const handles = parts("handle");
let gesture = null; // {edge, from} while an edge is dragged; {edge: null} while the strip is

const NUDGES = [
  ["start", -1, "←"],
  ["start", 1, "→"],
  ["end", -1, "Shift ←"],
  ["end", 1, "Shift →"],
];

/** Moves an edge and plays what changed. */
function nudge(edge, steps) {
  if (!state.clip || isBusy()) return;
  const [start_s, end_s] = movedEdges(edge, steps);
  if (start_s === state.start_s && end_s === state.end_s) return remark(limitText(edge, steps));
  Object.assign(state, { start_s, end_s });
  drawEdges();
  if (!gesture) playEdge(edge);
}

function playEdge(edge) {
  const { start_s, end_s } = state;
  const lead_s = isPlaying() ? RESTART_LEAD_S : 0.05; // A still video shows the picture at the edge.
  seek(edge === "start" ? start_s : Math.max(start_s, end_s - lead_s));
}

/** Why an edge does not move. */
function limitText(edge, steps) {
  const { shortest_s, longest_s } = props.limits;
  const isLonger = edge === "start" ? steps < 0 : steps > 0;
  if (!isLonger) return say("say_shortest", { length: shortest_s });
  const isFull = state.end_s - state.start_s > longest_s - 0.01;
  return isFull ? say("say_longest", { length: longest_s }) : say(`say_${edge}`);
}

const share = (time_s) => {
  const [from, to] = view();
  return `${clamp((time_s - from) / (to - from), 0, 1) * 100}%`;
};

function drawEdges() {
  if (!state.clip) return;
  const { start_s, end_s } = state;
  const [from, to] = view();
  const span = part("span");
  span.style.left = share(start_s);
  span.style.right = `${100 - parseFloat(share(end_s))}%`;
  for (const handle of handles) {
    const at = handle.dataset.edge === "start" ? start_s : end_s;
    handle.style.left = share(at);
    handle.setAttribute("aria-label", say(handle.dataset.edge));
    handle.setAttribute("aria-valuemin", from.toFixed(1));
    handle.setAttribute("aria-valuemax", to.toFixed(1));
    handle.setAttribute("aria-valuenow", at.toFixed(1));
    handle.setAttribute("aria-valuetext", clock(at, 1));
  }
  part("where").textContent = `${state.clip.title} · ${clock(start_s, 1)} – ${clock(end_s, 1)}`;
  part("length").textContent = say("seconds", { length: (end_s - start_s).toFixed(1) });
  placePlayhead();
}

function placePlayhead(time_s = video().currentTime) {
  if (state.clip) part("playhead").style.left = share(time_s);
}

function timeAt(event) {
  const box = part("track").getBoundingClientRect();
  const [from, to] = view();
  return from + clamp((event.clientX - box.left) / box.width, 0, 1) * (to - from);
}

function onPress(event) {
  if (event.button !== 0 || !state.clip) return;
  event.preventDefault();
  gesture = { edge: event.target.dataset.edge ?? null };
  part("track").setPointerCapture(event.pointerId);
  (gesture.edge ? event.target : part("screen")).focus({ preventScroll: true });
  onMove(event);
}

function onMove(event) {
  if (!gesture || !state.clip) return;
  const time_s = timeAt(event);
  if (!gesture.edge) return seek(time_s);
  const at = gesture.edge === "start" ? state.start_s : state.end_s;
  const steps = Math.round((time_s - at) / props.limits.step_s);
  if (!steps) return;
  const [start_s, end_s] = movedEdges(gesture.edge, steps);
  if (isBusy()) return;
  Object.assign(state, { start_s, end_s });
  drawEdges();
}

function onRelease() {
  if (gesture?.edge && state.clip) playEdge(gesture.edge);
  gesture = null;
}

function buildNudges() {
  for (const edge of EDGES) {
    const box = element.querySelector(`.fl-nudges[data-edge=${edge}]`);
    box.replaceChildren(...NUDGES.filter(([of]) => of === edge).map(nudgeButton));
  }
}

function nudgeButton([edge, steps, keys]) {
  const button = make("button", "fl-nudge", steps < 0 ? "−½" : "+½");
  button.type = "button";
  const name = say(`${edge}_${steps < 0 ? "earlier" : "later"}`);
  button.setAttribute("aria-label", name);
  button.title = `${name} (${keys})`;
  button.addEventListener("click", (event) => {
    nudge(edge, steps);
    backToScreen(event);
  });
  return button;
}

function listenToStrip() {
  const track = part("track");
  track.addEventListener("pointerdown", onPress);
  track.addEventListener("pointermove", onMove);
  track.addEventListener("pointerup", onRelease);
  track.addEventListener("pointercancel", () => (gesture = null));
}
