// What this one view knows. The DOM is drawn from it, never read back.

const part = (name) => element.querySelector(`.fv-${name}`);
const root = element.querySelector(".fv");

const KEPT_S = 120; // of curve and pictures; a moment is over long before

const state = {
  phase: "waiting", // then asking, loading, live, ended
  id: "", // the name that the server knows this by
  threshold: 0.5,
  problem: "",
  scores: new Map(), // by tick; null in a gap
  found: [], // moments, and marks by hand, in the order in which they came
  pictures: [], // {time_s, address} of the last minutes, for the moments to be shown by
  dropped: 0,
  length_s: 0, // when it ended
};

const isOn = () => state.phase === "live";
const tickOf = (time_s) => Math.round(time_s / props.limits.tick_s);

function forget() {
  for (const { address } of state.pictures) URL.revokeObjectURL(address);
  const empty = { id: "", problem: "", scores: new Map(), found: [], pictures: [], dropped: 0 };
  Object.assign(state, empty);
}

/** Takes in what has happened. */
function take(events) {
  for (const event of events) {
    if (event.event === "score") takeScore(event);
    if (event.event === "moment") state.found.push({ ...event, picture: pictureAt(event.peak_s) });
    if (event.event === "dropped") state.dropped = event.pictures;
  }
}

function takeScore({ time_s, score, settled }) {
  state.scores.set(tickOf(time_s), score);
  for (const one of settled) state.scores.set(tickOf(one.time_s), one.score);
}

const pictureAt = (time_s) =>
  state.pictures.findLast((picture) => picture.time_s <= time_s + props.limits.tick_s)?.address;

function keepPicture(time_s, blob) {
  state.pictures.push({ time_s, address: URL.createObjectURL(blob) });
  const isShown = new Set(state.found.map(({ picture }) => picture));
  while (state.pictures[0].time_s < time_s - KEPT_S) {
    const { address } = state.pictures.shift();
    if (!isShown.has(address)) URL.revokeObjectURL(address);
  }
}
