// The row of buttons: anywhere, each face, and a rectangle of one's own.

// Paths of one pen on 16 × 16.
const CORNERS = "M1.5 5V2.5H5M11 2.5h3.5V5M14.5 11v2.5H11M5 13.5H1.5V11";
const HEAD = "M8 5.5a1.7 1.7 0 1 1 0 3.4 1.7 1.7 0 0 1 0-3.4";
const SHOULDERS = "M4.8 12.3c.5-1.5 1.7-2.2 3.2-2.2s2.7.7 3.2 2.2";
const WHOLE = CORNERS + HEAD + SHOULDERS;
const DASHES = "M2 2.5h2M6 2.5h2M10 2.5h2M2 2.5v2M2 6.5v2M2 10.5v2M4 13.5H2M14 2.5v2";
const PEN = `${DASHES}M9 11l5.5-5.5 1 1L10 12l-1.5.5z`;
const START = [0.35, 0.3, 0.3, 0.4]; // of a rectangle that is made without a pointer

function buildStrip() {
  const tiles = [
    tile(drawn(WHOLE), say("anywhere"), say("largest"), () => choose(null)),
    ...faces().map(faceTile),
    tile(drawn(PEN), say("own"), say("by_hand"), startOwn),
  ];
  part("strip").replaceChildren(...tiles);
  part("strip").setAttribute("aria-label", say("picker"));
}

function tile(picture, name, about, act) {
  const button = make("button", "fr-tile");
  button.type = "button";
  const box = make("span", "fr-picture");
  box.append(picture);
  button.append(box, make("span", "fr-name", name), make("span", "fr-about", about));
  button.addEventListener("click", act);
  return button;
}

function faceTile(face, index) {
  const portrait = make("img", "");
  portrait.src = face.portrait;
  portrait.alt = "";
  portrait.draggable = false;
  const words = faceWords(index);
  const act = () => choose(face.region);
  const button = tile(portrait, say("face", words), say("seen", words), act);
  button.title = `${say("face", words)} · ${say("seen_in", words)}`;
  for (const name of ["pointerenter", "focus"]) button.addEventListener(name, () => point(index));
  for (const name of ["pointerleave", "blur"]) button.addEventListener(name, () => point(null));
  return button;
}

/** Shows on the picture which face a button means. */
function point(index) {
  state.pointed = index;
  markOutlines();
}

/** A rectangle to go on from with the keyboard. */
function startOwn() {
  if (!isOwn()) choose(tidy(START));
  part("rectangle").focus();
}

function markTiles() {
  const tiles = [...part("strip").children];
  const pressed = isOwn() ? tiles.length - 1 : chosenFace() + 1;
  tiles.forEach((button, k) => button.setAttribute("aria-pressed", k === pressed));
}
