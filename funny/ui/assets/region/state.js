// What this one picker knows. The DOM is drawn from it, never read back.

const part = (name) => element.querySelector(`.fr-${name}`);

const TELL_MS = 300; // keys are told when they rest

const state = {
  cast: null, // {frame, width, height, faces: [{region, share, portrait}]}
  region: null, // what is chosen; null is anywhere
  pointed: null, // index of the face whose button is pointed at
};
let telling = 0; // the timer of what is not told yet

const tidy = (region) => tidied(region, aspect());
const aspect = () => state.cast.width / state.cast.height;
const faces = () => state.cast?.faces ?? [];
const percent = (share) => Math.max(1, Math.round(share * 100));
const chosenFace = () => faces().findIndex((face) => isSame(face.region, state.region));
const isOwn = () => state.region !== null && chosenFace() < 0;

/** Takes what a person chose, and tells Python: at once, or when no more comes for a moment. */
function choose(region, delay_ms = 0) {
  if (isSame(region, state.region)) return;
  state.region = region;
  draw();
  clearTimeout(telling);
  telling = setTimeout(tell, delay_ms);
}

function tell() {
  telling = 0;
  if (element.isConnected) trigger("pick", { region: state.region });
}

/** Another video: what a person was about to do in the last one is not told any more. */
function forget() {
  clearTimeout(telling);
  telling = 0;
  gesture = null;
  state.pointed = null;
}

/** What is chosen, in words. */
function chosenText() {
  const face = chosenFace();
  if (state.region === null) return say("say_anywhere");
  if (face >= 0) return say("say_face", faceWords(face));
  const [x, y, w, h] = state.region.map((value) => Math.round(value * 100));
  return say("say_own", { x, y, w, h });
}

const faceWords = (index) => ({ number: index + 1, percent: percent(faces()[index].share) });
