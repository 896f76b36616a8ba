// The video that the timeline drives.

let hooked = null; // the <video> whose events are heard
let frameAsked = 0;
let lastFrame_s = 0;

const video = () => document.getElementById(props.player_id ?? "player")?.querySelector("video");
const now = () => (hooked?.readyState ? hooked.currentTime : state.cursor);
const isPlaying = () => Boolean(hooked) && !hooked.paused && !hooked.ended;

/** Puts the playhead at a time; nobody is told. */
function cue(time_s) {
  state.cursor = clamp(round2(time_s), 0, duration() || Infinity);
  if (hooked?.readyState) hooked.currentTime = state.cursor;
  else state.waiting = state.cursor;
  lastFrame_s = state.cursor;
  placePlayhead();
  describe();
}

let tellTimer = 0;

/** Goes to a time and tells Python; of a held-down key only the last stop is told. */
function seek(time_s) {
  if (!duration()) return;
  state.playUntil = null;
  cue(time_s);
  reveal(state.cursor);
  clearTimeout(tellTimer);
  tellTimer = setTimeout((t) => trigger("seek", { t }), 120, round2(state.cursor));
}

const seekBy = (seconds) => seek(now() + seconds);

function togglePlay() {
  state.playUntil = null;
  if (isPlaying()) hooked.pause();
  else play();
}

// A browser may refuse to play before the first click; then the video simply stays still.
const play = () => hooked?.play()?.catch(() => {});

/** Plays the selected moment, and stops at its end. */
function playSelected() {
  const moment = needSelected();
  if (!moment) return;
  seek(moment.start_s);
  playTo(moment.end_s);
}

function playTo(end_s) {
  state.playUntil = end_s;
  play();
}

/** Runs with every picture of the screen while the video plays. */
function frame() {
  placePlayhead();
  follow();
  stopAtEnd();
  lastFrame_s = now();
  frameAsked = isPlaying() ? requestAnimationFrame(frame) : 0;
}

/** Turns the page when the playhead leaves it, not when the person looks elsewhere. */
function follow() {
  if (isZoomed() && !gesture && inView(lastFrame_s) && !inView(now())) reveal(now());
}

/** Stops a moment that is played alone; a late look, as in a hidden tab, goes back to its end. */
function stopAtEnd() {
  if (state.playUntil === null || now() < state.playUntil) return;
  hooked.pause();
  cue(state.playUntil);
  state.playUntil = null;
}

/** Somebody went elsewhere with the player's own bar: it plays on from there. */
function onSeeking() {
  if (Math.abs(now() - state.cursor) > 0.1) state.playUntil = null;
}

function onPlay() {
  lastFrame_s = now();
  frameAsked ||= requestAnimationFrame(frame);
}

function onPause() {
  state.playUntil = null;
  onTime();
}

function onTime() {
  stopAtEnd();
  placePlayhead();
  describe();
}

/** A video's own length is the axis until Python says more. */
function onMetadata() {
  if (!state.curves) state.view = [0, duration()];
  if (hooked?.readyState && state.waiting !== null) cue(state.waiting);
  if (hooked?.readyState) state.waiting = null;
  onTime();
  scheduleDraw();
}

const HEARD = {
  play: onPlay,
  pause: onPause,
  ended: onPause,
  timeupdate: onTime,
  seeking: onSeeking,
  seeked: onTime,
  loadedmetadata: onMetadata,
};

/** Gradio makes and drops its <video> with its value; hears whichever is there now. */
function hookVideo() {
  const found = video() ?? null;
  if (found === hooked) return;
  for (const [name, hear] of Object.entries(HEARD)) {
    hooked?.removeEventListener(name, hear);
    found?.addEventListener(name, hear);
  }
  if (hooked) state.cursor = 0;
  if (hooked) state.waiting = null; // It was meant for the video that went.
  hooked = found;
  if (isPlaying()) onPlay();
  onMetadata();
}
