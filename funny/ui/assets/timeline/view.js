// Which seconds are in view, and where on the screen they are.

const STAGE = { ruler: 24, bottom: 6, right: 10, gutter: 118, narrowGutter: 8 };
const NARROW_PX = 620;

const stageWidth = () => part("stage").clientWidth;
const isNarrow = () => stageWidth() < NARROW_PX;
const gutter = () => (isNarrow() ? STAGE.narrowGutter : STAGE.gutter);
const plotWidth = () => Math.max(1, stageWidth() - gutter() - STAGE.right);

const span = () => state.view[1] - state.view[0];
const toPx = (time_s) => ((time_s - state.view[0]) / (span() || 1)) * plotWidth();
const toSeconds = (px) => clamp(state.view[0] + (px / plotWidth()) * span(), 0, duration());
const isZoomed = () => span() < duration() - 1e-6;
const inView = (time_s) => state.view[0] <= time_s && time_s <= state.view[1];

/** Shows a span of seconds, or as much of it as there is. */
function look(from, length) {
  const longest = duration();
  const shown = clamp(length, Math.min(CLOSEST_S, longest), longest);
  const start = clamp(from, 0, longest - shown);
  if (state.view[0] === start && state.view[1] === start + shown) return;
  state.view = [start, start + shown];
  hideTip(); // What it says was under the pointer before.
  scheduleDraw();
}

const showAll = () => look(0, duration());
const panBy = (px) => look(state.view[0] + (px / plotWidth()) * span(), span());

/** Zooms so that `around` stays where it is on the screen. */
function zoom(factor, around = inView(now()) ? now() : (state.view[0] + state.view[1]) / 2) {
  const length = clamp(span() * factor, Math.min(CLOSEST_S, duration()), duration());
  look(around - ((around - state.view[0]) / (span() || 1)) * length, length);
}

/** Turns the page to a time, as editing programs do; with a little of what was before. */
function reveal(time_s) {
  if (!inView(time_s)) look(time_s - span() * 0.1, span());
}

/** Keeps the view over new curves, unless they belong to another video. */
function keepView(before_s) {
  const [from, to] = state.view;
  const whole = duration();
  const sawAll = from === 0 && Math.abs(to - before_s) < 1e-6;
  const isOther = Math.abs(before_s - whole) > 1;
  state.view = sawAll || isOther ? [0, whole] : [from, Math.min(to, whole)];
}
