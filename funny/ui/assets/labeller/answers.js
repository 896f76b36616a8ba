// Answers, and everything else that Python is asked: one thing at a time.

const GUARD_MS = 400; // nobody judges in less; what comes sooner is the same press again
const PATIENCE_MS = 6000;
const LOOK_AGAIN_MS = 1000;

let asked = null; // {what, label} until Python answers
let patience = 0;
let lookAgain = 0;

const isBusy = () => asked !== null;

function wait(what, label = null) {
  asked = { what, label };
  clearTimeout(lookAgain);
  clearTimeout(patience);
  patience = setTimeout(giveUp, PATIENCE_MS);
  drawBusy();
}

function settle() {
  const done = asked;
  asked = null;
  clearTimeout(patience);
  drawBusy();
  return done;
}

/** No answer: the clip stays, and the person may try again. */
function giveUp() {
  const { what } = settle();
  complain(say(what === "answer" ? "say_not_kept" : "say_no_server"));
}

/** Asks for the next clips; with a clip, for that one before the others. */
function begin(annotator, clip = null) {
  if (isBusy()) return;
  wait("begin");
  trigger("begin", { annotator, clip });
}

function answer(label) {
  if (!state.clip || isBusy() || !shownAt || performance.now() - shownAt < GUARD_MS) return;
  if (onScreen().isBroken && label !== "skip") return remark(say("say_unseen"));
  watchLooks();
  const { clip, start_s, end_s, sitting } = state;
  const took_s = Math.round(looked_ms) / 1000;
  wait("answer", label);
  const { annotator } = sitting;
  trigger("answer", { annotator, id: clip.id, label, start_s, end_s, took_s });
}

function undo() {
  if (!state.sitting?.annotator || isBusy() || (shownAt && tooSoon())) return;
  wait("undo");
  trigger("undo", { annotator: state.sitting.annotator });
}

const tooSoon = () => performance.now() - shownAt < GUARD_MS;

/** Leaves a clip that was to be answered anew as it is. */
function leave() {
  if (state.sitting?.again) begin(state.sitting.annotator);
}

/** What Python says: who labels, and the next clips; or that something could not be done. */
function onSitting() {
  const news = props.sitting;
  if (!news) return;
  const done = settle();
  part("problem").hidden = true;
  if (!news.clips) return complain(news.problem);
  state.sitting = news;
  state.isNaming = !news.annotator;
  remember(news.annotator);
  if (done?.label) flash(done.label);
  takeClip(news.clips[0], done);
  drawAll();
  if (!news.clips.length && news.copied !== null) lookAgain = setTimeout(look, LOOK_AGAIN_MS);
  takeFocus();
}

/** Shows the first of the clips, unless it is on the screen already. */
function takeClip(clip, done) {
  if (!clip) return clear();
  const isThere = clip.id === state.clip?.id && !onScreen().isBroken && done?.what !== "undo";
  if (isThere) loadNext();
  else show(clip);
  if (!isThere) hideSigns();
}

function look() {
  if (element.isConnected && state.sitting) begin(state.sitting.annotator);
}

/** Python wants this person to answer some clip anew. */
function onWanted() {
  if (!props.wanted?.id || !state.sitting) return;
  begin(state.sitting.annotator, props.wanted.id);
  part("screen").scrollIntoView({ block: "nearest" });
  part("screen").focus({ preventScroll: true });
}
