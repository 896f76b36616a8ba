// The lanes and the bands, drawn by Plotly from scratch whenever the view or the data change.

const GRID = "rgba(128,128,128,.22)";
const TRACK = "rgba(128,128,128,.07)";
const GREY = "#8a8a8a";
const GAP_PX = 7;
const STRIP_PX = 7;
const HIGHEST = 1.26; // of the score axis: over 1 is room for the numbers of the moments
const QUIETEST_DB = -60;
const THINNEST_BAND_PX = 3;
const DASHES = { valence: "dash", arousal: "dot", surprise: "dashdot" };

/** The lanes from top to bottom: {name, top, height} in pixels under the ruler. */
function lanes() {
  const height = part("stage").clientHeight - STAGE.ruler - STAGE.bottom;
  const names = ["score"];
  const signals = SIGNALS.filter((name) => state.shown[name]).length;
  const share = { score: 3, signals: Math.max(1.7, 0.48 * signals), loudness: 1 };
  if (signals) names.push("signals");
  if (state.shown.loudness) names.push("loudness");
  const free = height - STRIP_PX - names.length * GAP_PX;
  const total = names.reduce((sum, name) => sum + share[name], 0);
  let top = 0;
  const laid = names.map((name) => {
    const lane = { name, top, height: (free * share[name]) / total };
    top += lane.height + GAP_PX;
    return lane;
  });
  return [...laid, { name: "no_face", top: height - STRIP_PX, height: STRIP_PX }];
}

const AXES = { score: "y", signals: "y2", loudness: "y3", no_face: "y4" };
const colour = (name) => COLOURS[name] ?? cssValue("--body-text-color");
const cssValue = (name) => getComputedStyle(element).getPropertyValue(name).trim();

function line(name, lane, points, { line: pen, ...style } = {}) {
  // The points are as few as the width can show; Plotly need not thin them once more.
  const drawn = { color: colour(name), width: 1.5, dash: DASHES[name] ?? "solid", simplify: false };
  return {
    type: "scatter",
    mode: "lines",
    name,
    ...points,
    yaxis: AXES[lane],
    hoverinfo: "skip",
    line: { ...drawn, ...pen },
    ...style,
  };
}

/** An empty line in each lane, since Plotly draws no lane without one, then the curves. */
function traces() {
  const tracks = lanes().map(({ name }) => line(name, name, { x: [], y: [] }));
  if (!state.curves) return tracks;
  const areas = [...madeOf(), ...loudnessArea(), facelessStrip()];
  return [...tracks, ...areas, ...scoreLine(), ...signalLines()];
}

const thin = (values) => thinned(values, state.curves.tick_s, state.view, plotWidth());

/** The parts as areas; each column shows its funniest tick, so that the parts add up to it. */
function madeOf() {
  const names = PARTS.filter((name) => state.curves.sums[name]);
  if (!state.shown.made_of || !names.length) return [];
  const { tick_s, sums } = state.curves;
  const ticks = peaks(sums[names.at(-1)], tick_s, state.view, plotWidth());
  const x = Float64Array.from(ticks, (tick) => tick * tick_s);
  return names.map((name, i) => {
    const y = Float32Array.from(ticks, (tick) => sums[name][tick]);
    const fillcolor = `${colour(name)}73`;
    const fill = i ? "tonexty" : "tozeroy";
    return line(name, "score", { x, y }, { fill, fillcolor, line: { width: 0 } });
  });
}

function scoreLine() {
  const { score } = state.curves.lanes;
  if (!score) return [];
  const width = span() / tickSeconds() > plotWidth() ? 1.1 : 1.8; // Dense spikes would hide the parts.
  return [line("score", "score", thin(score), { line: { width } })];
}

function signalLines() {
  const names = SIGNALS.filter((name) => state.shown[name] && state.curves.lanes[name]);
  return names.map((name) => line(name, "signals", thin(state.curves.lanes[name])));
}

function loudnessArea() {
  const db = state.shown.loudness && state.curves.lanes.loudness;
  if (!db) return [];
  const { x, y } = thin(db);
  // Counted up from the quietest, since an area can only be filled from zero.
  const up = y.map((value) => Math.max(value, QUIETEST_DB) - QUIETEST_DB);
  const fillcolor = `${COLOURS.loudness}59`;
  return [line("loudness", "loudness", { x, y: up }, { fill: "tozeroy", fillcolor })];
}

function facelessStrip() {
  const { faces, tick_s } = state.curves;
  const spans = faceless(faces, tick_s, state.view, plotWidth());
  // Down to zero and up again: Plotly would fill a gap.
  const x = spans.flatMap(([from, to]) => [from, from, to, to]);
  const y = spans.flatMap(() => [0, 1, 1, 0]);
  const style = { fill: "tozeroy", fillcolor: GREY, line: { width: 0 } };
  return line("no_face", "no_face", { x, y }, style);
}

/** A band per moment over all lanes, and the threshold: Plotly's shapes. */
function shapes() {
  const bands = moments().filter((m) => m.start_s < state.view[1] && m.end_s > state.view[0]);
  const line_s = props.threshold;
  return [...bands.map(band), ...(Number.isFinite(line_s) ? [thresholdLine(line_s)] : [])];
}

function band(moment) {
  const thinnest_s = (THINNEST_BAND_PX / plotWidth()) * span();
  const length_s = moment.end_s - moment.start_s;
  const missing_s = Math.max(0, thinnest_s - length_s) / 2;
  return {
    type: "rect",
    name: `moment ${moment.id}`,
    layer: "below",
    xref: "x",
    yref: "paper",
    x0: moment.start_s - missing_s,
    x1: moment.end_s + missing_s,
    y0: 0,
    y1: 1,
    ...bandStyle(moment.kept, moment.id === state.selected, length_s < 3 * thinnest_s),
  };
}

/** Kept is orange, not kept is grey with a dotted edge, selected is stronger with a firm edge. */
function bandStyle(kept, isSelected, isThin) {
  const [fill, edge] = kept ? ["rgba(213,94,0,", COLOURS.score] : ["rgba(128,128,128,", GREY];
  if (isSelected) return { fillcolor: `${fill}.34)`, line: { color: edge, width: 1.6 } };
  if (isThin) return { fillcolor: `${fill}.4)`, line: { width: 0 } };
  if (kept) return { fillcolor: `${fill}.18)`, line: { width: 0 } };
  return { fillcolor: `${fill}.1)`, line: { color: GREY, width: 1, dash: "dot" } };
}

function thresholdLine(y) {
  const line = { color: colour("threshold"), width: 1, dash: "dash" };
  const across = { xref: "paper", x0: 0, x1: 1, yref: "y", y0: y, y1: y };
  return { type: "line", name: "threshold line", layer: "above", ...across, line, opacity: 0.65 };
}

function layout() {
  const width = stageWidth();
  const height = part("stage").clientHeight;
  return {
    width,
    height,
    margin: { l: gutter(), r: STAGE.right, t: STAGE.ruler, b: STAGE.bottom, pad: 0 },
    showlegend: false,
    hovermode: false,
    dragmode: false,
    uirevision: "keep",
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: TRACK,
    font: { size: 11, family: "inherit" },
    xaxis: timeAxis(),
    ...valueAxes(),
    shapes: shapes(),
  };
}

function timeAxis() {
  const times = rulerTimes(state.view, plotWidth());
  const digits = times.length > 1 && times[1] - times[0] < 1 ? 1 : 0;
  return {
    range: state.view[1] > 0 ? state.view : [0, 1],
    side: "top",
    anchor: "y",
    tickmode: "array",
    tickvals: times,
    ticktext: times.map((t) => clock(t, digits)),
    ticks: "outside",
    ticklen: 4,
    tickcolor: GRID,
    gridcolor: GRID,
    zeroline: false,
    fixedrange: true,
  };
}

/** One value axis a lane; without labels, the heads at the left say what a lane is. */
function valueAxes() {
  const height = part("stage").clientHeight - STAGE.ruler - STAGE.bottom;
  const plain = { showticklabels: false, zeroline: false, gridcolor: GRID, fixedrange: true };
  return Object.fromEntries(
    lanes().map(({ name, top, height: tall }) => {
      const domain = [Math.max(0, 1 - (top + tall) / height), 1 - top / height];
      return [AXES[name].replace("y", "yaxis"), { ...plain, ...valueRange(name), domain }];
    }),
  );
}

function valueRange(name) {
  if (name === "score") return { range: [0, HIGHEST], tickvals: [0.5, 1] };
  if (name === "loudness") return { range: [0, -QUIETEST_DB], tickvals: [30] };
  if (name === "no_face") return { range: [0, 1], showgrid: false };
  const isSigned = state.shown.valence || state.shown.arousal;
  if (isSigned) return { range: [-1.05, 1.05], tickvals: [0] };
  return { range: [-0.03, 1.05], tickvals: [0.5] };
}

let drawAsked = 0;

/** Draws before the next picture, however often it was asked for. */
function scheduleDraw() {
  drawAsked ||= requestAnimationFrame(() => {
    drawAsked = 0;
    draw();
  });
}

function draw() {
  if (!stageWidth()) return; // In a closed tab; the size observer draws when it opens.
  const began = performance.now();
  P.react(part("plot"), traces(), layout(), { staticPlot: true, displayModeBar: false });
  placeOverlay();
  element.dataset.drawMs = (performance.now() - began).toFixed(1);
}

/** Draws the bands only: for a band that is dragged or selected the curves stay. */
function drawBands() {
  if (!part("plot").data) return scheduleDraw();
  P.relayout(part("plot"), { shapes: shapes() });
  placeOverlay();
}
