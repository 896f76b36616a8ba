// What this one labeller knows. The DOM is drawn from it, never read back.

const part = (name) => element.querySelector(`.fl-${name}`);
const root = element.querySelector(".fl");
const parts = (name) => [...element.querySelectorAll(`.fl-${name}`)];

const EDGES = ["start", "end"];
const AROUND_S = 4; // of what lies around a clip is shown on each side

const state = {
  sitting: null, // the last that Python sent: who labels, the next clips, how far it is
  clip: null, // the clip on the screen, as it was sent
  start_s: 0, // its edges, as the person has them
  end_s: 0,
  isWanted: false, // whether it plays as soon as it can
  isNaming: false, // whether the person is asked who labels
};

const isSame = (one, two) => one?.id === two?.id && one?.start_s === two?.start_s;

/** What the strip shows: the clip, and some of what lies around it. */
function view() {
  const { start_s, end_s, duration_s } = state.clip;
  const from = Math.min(start_s, state.start_s) - AROUND_S;
  const to = Math.max(end_s, state.end_s) + AROUND_S;
  return [Math.max(0, from), Math.min(duration_s, to)];
}

/** The edges of the clip with one of them moved, as far as a clip may. */
function movedEdges(edge, steps) {
  const { start_s, end_s } = state;
  const { step_s, shortest_s, longest_s } = props.limits;
  if (edge === "start") {
    const earliest_s = Math.max(0, end_s - longest_s);
    return [clamp(start_s + steps * step_s, earliest_s, end_s - shortest_s), end_s];
  }
  const latest_s = Math.min(state.clip.duration_s, start_s + longest_s);
  return [start_s, Math.max(Math.min(end_s + steps * step_s, latest_s), start_s + shortest_s)];
}
