// What this one timeline knows. The DOM and Plotly are drawn from it, never read back.

const P = window.Plotly; // A gr.Plot elsewhere on the page would overwrite the global later.
const part = (name) => element.querySelector(`.ft-${name}`);

// Okabe and Ito's colours, which colour-blind people can tell apart; null is the text colour.
const COLOURS = {
  score: "#D55E00",
  happiness: "#0072B2",
  surprise: "#E69F00",
  valence: "#56B4E9",
  arousal: null,
  laughter: "#CC79A7",
  loudness: "#009E73",
  face: "#0072B2",
};
const PARTS = ["face", "loudness", "laughter"];
const SIGNALS = ["happiness", "surprise", "valence", "arousal", "laughter"];
const SHORTEST_S = 0.5; // of a moment
const CLOSEST_S = 4; // as far as one can zoom in
const ANSWER_MS = 8000; // how long a moved edge waits for Python's word

const state = {
  curves: null,
  moments: [],
  view: [0, 0],
  shown: { made_of: true, happiness: true, laughter: true, loudness: true },
  selected: null, // id of a moment
  hovered: null, // id of a moment
  dragged: null, // {id, start_s, end_s} while an edge is dragged
  moved: new Map(), // id -> {start_s, end_s, before}: edges that Python has not answered yet
  expected: null, // [from, to] of a moment that Python was asked to make
  markedIn: null, // seconds
  playUntil: null, // end of the moment that is played alone
  cursor: 0, // the playhead while there is no video
  waiting: null, // where a video that has not come yet shall start
};

const duration = () => state.curves?.duration_s || finite(hooked?.duration) || 0;
const finite = (x) => (Number.isFinite(x) ? x : 0);
const tickSeconds = () => state.curves?.tick_s ?? 0.5;

/** All moments in the order of time, each where the person last put it. */
function moments() {
  return state.moments
    .map((moment) => ({ ...moment, ...place(moment.id) }))
    .sort((a, b) => a.start_s - b.start_s);
}

/** Where a person put a moment that Python still has elsewhere. */
function place(id) {
  const at = state.dragged?.id === id ? state.dragged : state.moved.get(id);
  return at ? { start_s: at.start_s, end_s: at.end_s } : {};
}

const momentById = (id) => moments().find((moment) => moment.id === id);
const selected = () => momentById(state.selected);

/** The moment at a time; of several the selected one, then the shortest. */
function momentAt(time_s, margin_s = 0) {
  const around = moments().filter(
    (m) => m.start_s - margin_s <= time_s && time_s < m.end_s + margin_s,
  );
  const length = (m) => (m.id === state.selected ? 0 : m.end_s - m.start_s);
  return around.sort((a, b) => length(a) - length(b))[0];
}
