// What lies over the plot as plain elements: it moves without Plotly drawing anything.

const shift = (node, px) => (node.style.transform = `translateX(${px.toFixed(2)}px)`);

/** Lays a node over a span of time. */
function cover(node, from, to) {
  const [left, right] = [clamp(toPx(from), -4, plotWidth()), clamp(toPx(to), 0, plotWidth() + 4)];
  node.hidden = right <= left;
  shift(node, left);
  node.style.width = `${Math.max(0, right - left)}px`;
}

function placeOverlay() {
  part("lens").style.left = `${gutter()}px`;
  part("lens").style.width = `${plotWidth()}px`;
  placeHeads();
  placeChips();
  placeHandles();
  placeUnread();
  placeThumb();
  placePlayhead();
}

/** The heads of the lanes: their names, and which colour is what. */
function placeHeads() {
  element.querySelector(".ft").classList.toggle("ft-narrow", isNarrow());
  part("heads").replaceChildren(...lanes().map(laneHead), ...thresholdTag());
  part("empty").hidden = Boolean(state.curves) || Boolean(state.moments.length);
}

function laneHead({ name, top, height }) {
  const head = make("div", `ft-head ft-head-${name}`);
  head.style.top = `${STAGE.ruler + top}px`;
  head.style.height = `${height}px`;
  head.append(make("span", "ft-name", say(name)), ...laneKeys(name).map(colourKey));
  return head;
}

function laneKeys(lane) {
  if (!state.curves) return [];
  if (lane === "signals") return SIGNALS.filter((name) => state.shown[name]);
  const isMade = lane === "score" && state.shown.made_of;
  return isMade ? PARTS.filter((name) => state.curves.sums[name]) : [];
}

function colourKey(name) {
  const key = make("span", "ft-key", say(name));
  key.style.setProperty("--ft-colour", colour(name));
  key.dataset.dash = DASHES[name] ?? "";
  return key;
}

function thresholdTag() {
  if (!Number.isFinite(props.threshold)) return [];
  const tag = make("span", "ft-threshold", `${say("threshold")} ${props.threshold.toFixed(2)}`);
  const { top, height } = lanes()[0];
  tag.style.top = `${STAGE.ruler + top + height * (1 - props.threshold / HIGHEST)}px`;
  return [tag];
}

const CHIP_PX = 9; // of one letter
const chipText = (m) => `${m.rank ?? ""}${m.by_hand ? "✎" : ""}`;

/** Numbers over the bands, the best first; one that would lie on another is left out. */
function placeChips() {
  const taken = [];
  const chips = [];
  const order = (m) => (m.id === state.selected ? -1 : (m.rank ?? Infinity));
  for (const m of moments().sort((a, b) => order(a) - order(b))) {
    const half = (chipText(m).length * CHIP_PX + 8) / 2;
    const middle = middlePx(m);
    if (middle === null) continue;
    if (taken.some(([left, right]) => middle + half > left && middle - half < right)) continue;
    taken.push([middle - half, middle + half]);
    chips.push(chip(m, clamp(middle, half, plotWidth() - half)));
  }
  part("chips").replaceChildren(...chips);
}

/** The middle of what is in view of a moment; null if nothing is. */
function middlePx({ start_s, end_s }) {
  const [from, to] = [Math.max(start_s, state.view[0]), Math.min(end_s, state.view[1])];
  return from <= to ? toPx((from + to) / 2) : null;
}

function chip(moment, middle_px) {
  const made = make("span", "ft-chip", chipText(moment));
  made.classList.toggle("ft-on", moment.id === state.selected);
  made.classList.toggle("ft-off", !moment.kept);
  made.style.left = `${middle_px}px`;
  return made;
}

/** Handles on the edges of the selected moment and of the one under the pointer. */
function placeHandles() {
  const ids = new Set([state.selected, state.hovered].filter((id) => id !== null));
  const held = [...ids].map(momentById).filter(Boolean);
  const wanted = held.flatMap((m) => [
    { id: m.id, edge: "start", at: m.start_s },
    { id: m.id, edge: "end", at: m.end_s },
  ]);
  const seen = wanted.filter(({ at }) => inView(at));
  const box = part("handles");
  // The same nodes are kept: one that is being dragged must not be replaced under the pointer.
  while (box.children.length > seen.length) box.lastChild.remove();
  while (box.children.length < seen.length) box.append(make("div", ""));
  seen.forEach((handle, i) => placeHandle(box.children[i], handle));
}

function placeHandle(node, { id, edge, at }) {
  node.className = `ft-handle ft-${edge}`;
  node.classList.toggle("ft-on", id === state.selected);
  Object.assign(node.dataset, { id, edge });
  shift(node, toPx(at));
}

/** The part of the video that has not been read yet. */
function placeUnread() {
  const ticks = state.curves?.lanes.score?.length ?? 0;
  const isReading = Boolean(state.curves) && !state.curves.complete;
  const node = part("unread");
  node.textContent = say("reading");
  if (isReading) cover(node, ticks * tickSeconds(), duration());
  else node.hidden = true;
}

/** The bar that says which part of the video is in view. */
function placeThumb() {
  const thumb = part("thumb");
  part("scroll").style.marginLeft = `${gutter()}px`;
  part("scroll").style.width = `${plotWidth()}px`;
  part("scroll").classList.toggle("ft-idle", !isZoomed());
  const whole = duration() || 1;
  thumb.style.left = `${(state.view[0] / whole) * 100}%`;
  thumb.style.width = `${clamp((span() / whole) * 100, 0, 100)}%`;
}

function placePlayhead() {
  const time_s = now();
  const head = part("playhead");
  head.hidden = !duration() || !inView(time_s);
  shift(head, toPx(time_s));
  placeMarked(time_s);
  setText(part("now"), clock(time_s, 1));
  setText(part("whole"), `/ ${clock(duration())}`);
}

/** From the in point to the playhead: what O would add. */
function placeMarked(time_s) {
  const node = part("marked");
  if (state.markedIn === null) node.hidden = true;
  else cover(node, state.markedIn, Math.max(time_s, state.markedIn + (2 / plotWidth()) * span()));
}

// Written 60 times a second while the video plays; unchanged text costs no layout.
function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}
