// From what Python sends to the few points that the width can show.

const MISSING = -32768;

/** One lane as numbers; Python packs each into 16 bit, since four hours are 28,800 ticks. */
function unpacked({ step, ticks }) {
  const bytes = Uint8Array.from(atob(ticks), (letter) => letter.charCodeAt(0));
  const whole = new DataView(bytes.buffer);
  return Float32Array.from({ length: bytes.length / 2 }, (_, i) => {
    const value = whole.getInt16(2 * i, true);
    return value === MISSING ? NaN : value * step;
  });
}

const unpackedAll = (lanes) =>
  Object.fromEntries(Object.entries(lanes ?? {}).map(([name, lane]) => [name, unpacked(lane)]));

/** Everything that Python says about the curves, ready to draw; null where there is nothing. */
function readCurves(sent) {
  if (!sent) return null;
  const parts = unpackedAll(sent.made_of);
  return {
    duration_s: sent.duration_s,
    tick_s: sent.tick_s,
    complete: sent.complete !== false,
    lanes: unpackedAll(sent.lanes),
    parts,
    sums: stacked(parts),
    faces: sent.face_found ? unpacked(sent.face_found) : new Float32Array(),
    sprite: sent.sprite ?? null,
  };
}

/** The parts laid on top of each other, in the order of PARTS; a missing value is nothing. */
function stacked(parts) {
  const names = PARTS.filter((name) => parts[name]);
  const sums = {};
  let below = new Float32Array(Math.max(0, ...names.map((name) => parts[name].length)));
  for (const name of names) {
    below = below.map((sum, i) => sum + (parts[name][i] || 0));
    sums[name] = below;
  }
  return sums;
}

/** The ticks that a view shows, and how many of them share a pixel column. */
function columnsOf(length, tick_s, [from, to], width) {
  const shown = (to - from) / tick_s;
  const step = Math.max(1, Math.ceil(shown / Math.max(1, width)));
  // Columns start at multiples of the step: a moved view shows the same points, nothing flickers.
  const first = Math.max(0, Math.floor(from / tick_s / step) - 1) * step;
  const last = Math.min(length, Math.ceil(to / tick_s / step + 1) * step);
  return { step, first, last };
}

/** A line whose columns keep their lowest and highest value, so that no peak is lost. */
function thinned(values, tick_s, view, width) {
  const { step, first, last } = columnsOf(values.length, tick_s, view, width);
  const x = [];
  const y = [];
  for (let start = first; start < last; start += step) {
    const [one, other] = extremes(values, start, Math.min(last, start + step));
    x.push(one * tick_s);
    y.push(values[one]);
    if (other !== one) {
      x.push(other * tick_s);
      y.push(values[other]);
    }
  }
  return { x: Float64Array.from(x), y: Float32Array.from(y) };
}

/** Where a column is lowest and highest, in the order of time. */
function extremes(values, start, end) {
  let low = start;
  let high = start;
  for (let i = start + 1; i < end; i++) {
    if (values[i] < values[low] || Number.isNaN(values[low])) low = i;
    if (values[i] > values[high] || Number.isNaN(values[high])) high = i;
  }
  return low < high ? [low, high] : [high, low];
}

/** The tick of each column at which `values` is highest. */
function peaks(values, tick_s, view, width) {
  const { step, first, last } = columnsOf(values.length, tick_s, view, width);
  const ticks = [];
  for (let start = first; start < last; start += step) {
    ticks.push(highest(values, start, Math.min(last, start + step)));
  }
  return ticks;
}

function highest(values, start, end) {
  let high = start;
  for (let i = start; i < end; i++) if (values[i] > values[high]) high = i;
  return high;
}

/** Spans [from_s, to_s) without a face; a column counts if most of its ticks have none. */
function faceless(faces, tick_s, view, width) {
  const { step, first, last } = columnsOf(faces.length, tick_s, view, width);
  const spans = [];
  for (let start = first; start < last; start += step) {
    const end = Math.min(last, start + step);
    if (faces.subarray(start, end).reduce((sum, x) => sum + x, 0) * 2 > end - start) continue;
    const before = spans.at(-1);
    if (before?.[1] === start * tick_s) before[1] = end * tick_s;
    else spans.push([start * tick_s, end * tick_s]);
  }
  return spans;
}
