// Two videos: one plays the clip in a loop, the other waits at the start of the next clip.

const players = parts("video").map((video) => ({ video, clip: null, isBroken: false }));
let front = 0; // index of the one that is seen
let shownAt = 0; // when its clip could be seen first; 0 until then
let looked_ms = 0; // how long it was looked at, up to `lookedFrom`
let lookedFrom = 0; // 0 while nobody looks
let lastFrame_s = 0;
let frameAsked = 0;
let isInView = false;
let isSeen = false;

const RESTART_LEAD_S = 1.5; // how much of the clip's end is played when the end moves

const onScreen = () => players[front];
const video = () => onScreen().video;
const isPlaying = () => !video().paused && !video().ended;

function load(player, clip) {
  const isOther = player.video.getAttribute("src") !== clip.url;
  Object.assign(player, { clip, isBroken: !isOther && player.isBroken });
  if (isOther) player.video.src = clip.url;
  if (player.video.readyState) player.video.currentTime = clip.start_s;
}

const isReady = ({ video, clip }) =>
  clip && video.readyState >= 2 && !video.seeking && Math.abs(video.currentTime - clip.start_s) < 1;

/** Brings a clip to the screen: at once, if it was waiting behind it. */
function show(clip) {
  const back = players[1 - front];
  video().pause();
  if (!isSame(back.clip, clip) || back.isBroken) load(back, clip);
  else if (back.video.currentTime !== clip.start_s) back.video.currentTime = clip.start_s;
  front = 1 - front;
  players.forEach(({ video }, k) => video.classList.toggle("fl-front", k === front));
  Object.assign(state, { clip, start_s: clip.start_s, end_s: clip.end_s, isWanted: true });
  shownAt = looked_ms = lookedFrom = 0;
  onNews(back);
}

/** Takes the clip off the screen. */
function clear() {
  players.forEach(({ video }) => video.pause());
  Object.assign(state, { clip: null, isWanted: false });
  shownAt = 0;
}

/** A clip may have come to where it can be seen, or be beyond that. */
function onNews(player) {
  if (player !== onScreen() || !state.clip || shownAt) return;
  if (player.isBroken || isReady(player)) appear();
  drawCover();
}

function appear() {
  shownAt = performance.now();
  lastFrame_s = video().currentTime;
  root.dataset.shown = state.clip.id;
  watchLooks();
  if (state.isWanted) play();
  loadNext();
  placePlayhead();
}

/** Sends the video behind the screen to the next clip, so that it can be seen at once. */
function loadNext() {
  const next = state.sitting?.clips?.find((clip) => clip.id !== state.clip?.id);
  const back = players[1 - front];
  if (next && !isSame(back.clip, next)) load(back, next);
}

// A browser may refuse to play before the first press; then the cover says how to begin.
function play() {
  state.isWanted = true;
  if (isSeen) video().play()?.catch(drawCover);
  drawCover();
}

function pause() {
  state.isWanted = false;
  video().pause();
}

function togglePlay() {
  if (!state.clip) return;
  if (isPlaying()) pause();
  else play();
}

function seek(time_s) {
  video().currentTime = lastFrame_s = time_s;
  placePlayhead(time_s);
}

/** Runs with every picture of the screen while the clip plays, and now and then in any case. */
function frame() {
  frameAsked = 0;
  if (!state.clip || !shownAt) return;
  loop();
  placePlayhead();
  if (isPlaying()) frameAsked = requestAnimationFrame(frame);
}

/** Back to the start at the end; what lies after it, if one goes there, is played to the end too. */
function loop() {
  const time_s = video().currentTime;
  const hasPassed = lastFrame_s < state.end_s && time_s >= state.end_s;
  if (hasPassed || time_s >= view()[1]) seek(state.start_s);
  else lastFrame_s = time_s;
}

function onEnded(player) {
  if (player !== onScreen() || !state.clip) return;
  seek(state.start_s);
  if (state.isWanted) play();
}

/** A video that is shorter than it was when the clip was proposed does not hold it. */
function onMetadata(player) {
  if (player.video.duration < player.clip.start_s) onBroken(player);
  else player.video.currentTime = player.clip.start_s;
}

function onBroken(player) {
  player.isBroken = true;
  onNews(player);
  drawCover();
}

/** Counts the time in which the clip is looked at. */
function watchLooks() {
  const now = performance.now();
  if (lookedFrom) looked_ms += now - lookedFrom;
  lookedFrom = isSeen && shownAt ? now : 0;
}

/** Nobody hears what nobody sees: another tab of the page, another window, further down. */
function onSeen() {
  const wasSeen = isSeen;
  isSeen = isInView && !document.hidden && element.isConnected;
  if (isSeen === wasSeen) return;
  watchLooks();
  if (!isSeen) video().pause();
  else if (state.clip && shownAt && state.isWanted) play();
}

function listenToVideos() {
  for (const player of players) {
    const hear = (names, act) => names.forEach((name) => player.video.addEventListener(name, act));
    hear(["loadedmetadata"], () => onMetadata(player));
    hear(["loadeddata", "seeked", "canplay"], () => onNews(player));
    hear(["timeupdate", "seeked"], () => player === onScreen() && !frameAsked && frame());
    hear(["play", "playing", "pause", "waiting"], drawCover);
    hear(["play"], () => player === onScreen() && (frameAsked ||= requestAnimationFrame(frame)));
    hear(["ended"], () => onEnded(player));
    hear(["error"], () => onBroken(player));
  }
}
