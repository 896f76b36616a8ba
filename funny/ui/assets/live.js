// The Live view: wires what the files in live/ do. Python joins them, this one last, into the body
// of one function (element, trigger, props, server, upload, watch); see live.py.
// Events to Python: "open" {}, "begin" {number, has_sound}, "feed" {number, id, from_s, sound,
// pictures, dropped}, "finish" {number, id}.

const LATE_S = 3;

function setPhase(phase) {
  state.phase = phase;
  const isBusy = ["asking", "loading", "live"].includes(phase);
  for (const name of ["camera", "screen"]) part(name).hidden = isBusy;
  part("stop").hidden = !isBusy;
  part("mark").disabled = phase !== "live";
  draw();
}

/** Everything that holds words. */
function build() {
  for (const name of ["title", "about", "camera", "screen", "stop", "mark", "save"]) {
    part(name).textContent = say(name);
  }
  part("hint").textContent = say("mark_hint");
  part("now-word").textContent = say("now");
  part("moments-word").textContent = say("moments");
  part("none").textContent = say("none");
  curve.setAttribute("aria-label", say("curve"));
  video.setAttribute("aria-label", say("picture"));
  draw();
}

function draw() {
  part("problem").hidden = !state.problem;
  part("problem").textContent = state.problem;
  part("status").textContent = status();
  part("notes").textContent = notes().join(" ");
  const now = isOn() ? state.scores.get(Math.max(-1, ...state.scores.keys())) : undefined;
  part("now").textContent = now == null ? "—" : `${Math.round(100 * now)} %`;
  part("now").classList.toggle("fv-high", now >= state.threshold);
  drawCurve();
  drawMoments();
}

function status() {
  const time_s = isOn() ? heardAll() : state.length_s;
  return say(state.phase, { time: clock(time_s) });
}

function notes() {
  const behind_s = isOn() ? heardAll() - ear.sent / props.limits.rate : 0;
  return [
    isOn() && !ear.hasSound ? say("no_sound") : "",
    ear.hasSound && behind_s > LATE_S ? say("late", { seconds: Math.round(behind_s) }) : "",
    state.dropped ? say("dropped", { count: state.dropped }) : "",
  ].filter(Boolean);
}

function onKey(event) {
  if (!element.isConnected) return document.removeEventListener("keydown", onKey);
  const isTyping = event.target.closest?.("input, textarea, [contenteditable]");
  if (isOn() && !isTyping && !event.repeat && keyName(event) === "m") mark();
}

build();
setPhase("waiting");
part("camera").addEventListener("click", () => start("camera"));
part("screen").addEventListener("click", () => start("screen"));
part("stop").addEventListener("click", stop);
part("mark").addEventListener("click", mark);
part("save").addEventListener("click", save);
document.addEventListener("keydown", onKey);
new ResizeObserver(drawCurve).observe(curve);
watch(["told"], onTold);
watch(["words"], build);
trigger("open", {});
