// The curve of the last two minutes, moments and marks on it.

const curve = part("curve");
const colour = (name) => getComputedStyle(root).getPropertyValue(name).trim();

function drawCurve() {
  const scale = window.devicePixelRatio || 1;
  const [width, height] = [curve.clientWidth, curve.clientHeight];
  if (!width) return;
  curve.width = width * scale;
  curve.height = height * scale;
  const pen = curve.getContext("2d");
  pen.scale(scale, scale);
  const end_s = Math.max(KEPT_S, isOn() ? heardAll() : state.length_s);
  const x = (time_s) => width * (1 - (end_s - time_s) / KEPT_S);
  const y = (score) => (height - 18) * (1 - score) + 2;
  for (const one of state.found) drawFound(pen, one, x, height - 16);
  drawThreshold(pen, width, y(state.threshold));
  drawScores(pen, x, y);
  drawTimes(pen, [end_s - KEPT_S, end_s], x, width, height);
}

function drawFound(pen, { start_s, end_s, isMark }, x, bottom) {
  pen.fillStyle = colour(isMark ? "--fv-mark" : "--fv-band");
  pen.fillRect(x(start_s), 0, Math.max(2, x(end_s) - x(start_s)), bottom);
}

function drawThreshold(pen, width, at) {
  pen.strokeStyle = colour("--fv-quiet");
  pen.setLineDash([4, 4]);
  pen.beginPath();
  pen.moveTo(0, at);
  pen.lineTo(width, at);
  pen.stroke();
  pen.setLineDash([]);
}

/** A line that is broken where nothing is known. */
function drawScores(pen, x, y) {
  pen.strokeStyle = colour("--fv-line");
  pen.lineWidth = 2;
  pen.beginPath();
  let isDown = false;
  for (const tick of [...state.scores.keys()].sort((a, b) => a - b)) {
    const score = state.scores.get(tick);
    const at = x(tick * props.limits.tick_s);
    if (score === null) isDown = false;
    else if (isDown) pen.lineTo(at, y(score));
    else pen.moveTo(at, y(score)), (isDown = true);
  }
  pen.stroke();
}

function drawTimes(pen, view, x, width, height) {
  pen.fillStyle = colour("--fv-quiet");
  pen.font = "11px system-ui, sans-serif";
  for (const time_s of rulerTimes(view, width)) if (time_s >= 0) pen.fillText(clock(time_s), x(time_s) + 2, height - 4);
}
