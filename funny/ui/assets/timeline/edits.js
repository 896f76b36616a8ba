// What a person does to moments. Python decides: each edit is an event, new moments the answer.

const tell = (operation) => trigger("edit", operation);

/** Selects a moment, or none, and tells Python. */
function select(id) {
  if (id === state.selected) return;
  state.selected = id;
  drawBands();
  updateButtons();
  if (id !== null) trigger("select", { id });
}

/** The selected moment; a remark where there is none. */
function needSelected() {
  const moment = selected();
  if (!moment) remark(say("say_select"));
  return moment;
}

/** Selects the moment before or after, and goes to its start. */
function goToMoment(direction) {
  const all = moments();
  const at = all.findIndex((m) => m.id === state.selected);
  const next = at >= 0 ? all[at + direction] : neighbour(all, direction);
  if (!next) return;
  select(next.id);
  seek(next.start_s);
}

function neighbour(all, direction) {
  const time_s = now();
  if (direction > 0) return all.find((m) => m.start_s > time_s);
  return all.filter((m) => m.start_s < time_s).at(-1);
}

function markIn() {
  state.markedIn = round2(now());
  placePlayhead();
  updateButtons();
  remark(say("say_marked", { time: clock(state.markedIn, 1) }));
}

function markOut() {
  const [from, to] = [state.markedIn, round2(now())];
  if (from === null) return remark(say("say_mark"));
  if (to < from + SHORTEST_S) return remark(say("say_short"));
  state.markedIn = null;
  state.expected = [from, to];
  placePlayhead();
  updateButtons();
  tell({ op: "add", start_s: from, end_s: to });
}

function removeSelected() {
  const moment = needSelected();
  if (moment) tell({ op: "remove", id: moment.id });
}

function mergeSelected() {
  const moment = needSelected();
  if (!moment) return;
  const all = moments();
  const next = all[all.findIndex((m) => m.id === moment.id) + 1];
  if (!next) return remark(say("say_last"));
  state.expected = [moment.start_s, Math.max(moment.end_s, next.end_s)];
  tell({ op: "merge", id: moment.id, other: next.id });
}

function toggleKept() {
  const moment = needSelected();
  if (moment) tell({ op: "keep", id: moment.id, kept: !moment.kept });
}

/** Where a moment would lie with one edge moved: in the video, and never too short. */
function withEdge({ start_s, end_s }, edge, time_s) {
  const at = round2(time_s);
  if (edge === "start") return { start_s: clamp(at, 0, end_s - SHORTEST_S), end_s };
  return { start_s, end_s: clamp(at, start_s + SHORTEST_S, duration()) };
}

/** Moves an edge of the selected moment to the playhead. */
function edgeToPlayhead(edge) {
  const moment = needSelected();
  if (!moment) return;
  const at = withEdge(moment, edge, now());
  if (Math.abs(at[`${edge}_s`] - now()) > 0.02) return remark(say("say_short"));
  moveMoment(moment.id, at);
}

/** Tells Python of new edges, and shows them there until it answers. */
function moveMoment(id, { start_s, end_s }) {
  const before = state.moments.find((m) => m.id === id);
  const isSame = before?.start_s === start_s && before?.end_s === end_s && !state.moved.has(id);
  if (!before || isSame) return drawBands();
  const moved = { start_s: round2(start_s), end_s: round2(end_s), before };
  state.moved.set(id, moved);
  tell({ op: "move", id, start_s: moved.start_s, end_s: moved.end_s });
  drawBands();
  setTimeout(giveUp, ANSWER_MS, id, moved);
}

/** Shows a moment where Python has it, if that never answered. */
function giveUp(id, moved) {
  if (state.moved.get(id) !== moved) return;
  state.moved.delete(id);
  drawBands();
}

/** Takes in Python's moments. */
function readMoments() {
  const fresh = props.moments ?? [];
  forgetAnswered(fresh);
  const known = new Set(state.moments.map((m) => m.id));
  state.moments = fresh;
  selectExpected(known);
  if (!selected()) state.selected = null;
  if (!momentById(state.hovered)) state.hovered = null;
}

/** Moments that still have their old edges are the answer to something else. */
function forgetAnswered(fresh) {
  for (const [id, { before }] of state.moved) {
    const m = fresh.find((other) => other.id === id);
    if (!m || m.start_s !== before.start_s || m.end_s !== before.end_s) state.moved.delete(id);
  }
}

/** Selects the moment that was added, or that two were merged into, once it comes. */
function selectExpected(known) {
  if (!state.expected) return;
  const [from, to] = state.expected;
  const off = (m) => Math.abs(m.start_s - from) + Math.abs(m.end_s - to);
  const made = state.moments.filter((m) => !known.has(m.id) || m.id === state.selected);
  const nearest = made.sort((a, b) => off(a) - off(b))[0];
  if (!nearest || off(nearest) > 2) return; // Moments may also come for another reason.
  state.expected = null;
  state.selected = nearest.id;
}
