// Rectangles as [x, y, w, h] in fractions of the picture. Everything here is a pure function.

const LEAST = 0.05; // of the picture's height; in less no face is looked for
const SAME = 0.0015; // two rectangles that differ by less are one

const round3 = (x) => Math.round(x * 1000) / 1000;

/** A rectangle in whole thousandths, inside a picture of some aspect, and not too small. */
function tidied([x, y, w, h], aspect) {
  const [left, width] = fitted(x, w, LEAST / aspect);
  const [top, height] = fitted(y, h, LEAST);
  return [left, top, width, height];
}

function fitted(start, length, least) {
  const whole = round3(clamp(Math.max(length, least), 0, 1));
  return [round3(clamp(start - (whole - length) / 2, 0, 1 - whole)), whole];
}

/** The rectangle between two points. */
function between([x1, y1], [x2, y2]) {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1)];
}

/** A rectangle moved, as far as the picture goes. */
function moved([x, y, w, h], [dx, dy]) {
  return [clamp(x + dx, 0, 1 - w), clamp(y + dy, 0, 1 - h), w, h];
}

/** A rectangle some of whose edges are at a point now. */
function stretched([x, y, w, h], edges, [px, py]) {
  const from = [edges.has("left") ? px : x, edges.has("top") ? py : y];
  const to = [edges.has("right") ? px : x + w, edges.has("bottom") ? py : y + h];
  return between(from, to);
}

/** A rectangle that has grown to the right and the bottom, as far as the picture goes. */
function grown([x, y, w, h], [dw, dh], aspect) {
  return [x, y, clamp(w + dw, LEAST / aspect, 1 - x), clamp(h + dh, LEAST, 1 - y)];
}

const holds = ([x, y, w, h], [px, py]) => x <= px && px <= x + w && y <= py && py <= y + h;

const isSame = (one, two) =>
  one === two || (!!one && !!two && one.every((value, k) => Math.abs(value - two[k]) < SAME));
