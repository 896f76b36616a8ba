// The picture, and what is drawn over it.

const HANDLES = ["nw", "n", "ne", "e", "se", "s", "sw", "w"];

function buildStage() {
  const { frame, width, height } = state.cast;
  part("frame").src = frame;
  part("frame").alt = say("frame");
  part("stage").style.aspectRatio = `${width} / ${height}`;
  part("body").style.setProperty("--fr-aspect", width / height);
  part("outlines").replaceChildren(...faces().map(outline));
  part("rectangle").replaceChildren(...HANDLES.map((at) => make("i", `fr-handle fr-${at}`)));
  part("rectangle").setAttribute("aria-label", say("rectangle"));
}

function outline(face, index) {
  const box = make("div", "fr-outline");
  box.append(make("span", "fr-number", String(index + 1)));
  lay(box, face.region);
  box.style.zIndex = Math.round(100 * (1 - face.region[2] * face.region[3])); // the smallest on top
  return box;
}

/** Lays a node over a rectangle of the picture. */
function lay(node, [x, y, w, h]) {
  const [left, top, width, height] = [x, y, w, h].map((value) => `${value * 100}%`);
  Object.assign(node.style, { left, top, width, height });
}

function markOutlines() {
  const chosen = chosenFace();
  [...part("outlines").children].forEach((box, k) => {
    box.classList.toggle("fr-pointed", k === state.pointed);
    box.classList.toggle("fr-chosen", k === chosen);
  });
}

/** Shows a rectangle: the chosen one, or the one that is being drawn. */
function showRectangle(region) {
  for (const name of ["rectangle", "hole"]) {
    part(name).hidden = !region;
    if (region) lay(part(name), region);
  }
}

function draw() {
  if (!state.cast) return;
  showRectangle(state.region);
  markOutlines();
  markTiles();
  // Only news: what is set again is read aloud again.
  if (part("said").textContent !== chosenText()) part("said").textContent = chosenText();
}
