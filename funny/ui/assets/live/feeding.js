// Hands on what is seen and heard, a piece at a time: the next one waits for the answer, and sound
// is never lost by it, pictures may be.

const EVERY_MS = 200;
const MOST_SOUND_S = 10; // in one piece
const PATIENCE_MS = 15000;

const WHY_NOT_SEEN = {
  NotAllowedError: "no_leave",
  SecurityError: "no_leave",
  NotReadableError: "camera_busy",
  AbortError: "camera_busy",
};

let number = 0;
let asked = null; // {number, at}: what the server is to answer
let timer = 0;
let stream = null;

function ask(name, fields) {
  asked = { number: ++number, at: performance.now() };
  trigger(name, { number, ...fields });
}

async function start(kind) {
  forget();
  setPhase("asking");
  if (!navigator.mediaDevices) return fail(say("insecure"));
  try {
    stream = await opened(kind);
  } catch (error) {
    return fail(say(WHY_NOT_SEEN[error.name] ?? "no_camera"));
  }
  video.srcObject = stream;
  video.play().catch(() => {});
  stream.getVideoTracks()[0].addEventListener("ended", stop);
  setPhase("loading");
  ask("begin", { has_sound: stream.getAudioTracks().length > 0 });
}

async function onBegun({ id, threshold }) {
  Object.assign(state, { id, threshold });
  if (state.phase === "ended") return finish();
  [waiting, droppedHere, lastTick] = [[], [], -1];
  try {
    await hearken(stream);
  } catch {
    fail(say("no_ear"));
    return finish();
  }
  setPhase("live");
  timer = setInterval(onTime, EVERY_MS);
}

function onTime() {
  if (!element.isConnected) return letGo();
  look(heardAll());
  if (!asked) feed();
  else if (performance.now() - asked.at > PATIENCE_MS) retry();
  draw();
}

/** Sends what there is, half a second at least. */
async function feed() {
  const isEnough = ear.hasSound ? ear.count - ear.sent >= props.limits.rate * props.limits.tick_s : waiting.length > 0;
  if (!isEnough) return;
  asked = { number: -1, at: performance.now() };
  const { from_s, samples } = takeSound(MOST_SOUND_S);
  const pictures = waiting.splice(0);
  const dropped = droppedHere.splice(0, 8);
  const sound = samples.length ? await inBase64(samples.buffer) : "";
  ask("feed", { id: state.id, from_s, sound, pictures, dropped });
}

/** What was on its way is lost; it is a gap, and time goes on. */
function retry() {
  state.problem = say("silent_server");
  asked = null;
}

function stop() {
  letGo();
  setPhase("ended");
  if (!asked) finish();
}

function finish() {
  if (state.id) ask("finish", { id: state.id });
  state.id = "";
}

function letGo() {
  clearInterval(timer);
  state.length_s = ear.began ? heardAll() : 0;
  for (const track of stream?.getTracks() ?? []) track.stop();
  ear.context?.close();
  ear.context = null;
  video.srcObject = null;
}

function fail(problem) {
  letGo();
  state.problem = problem;
  setPhase(state.scores.size ? "ended" : "waiting");
}

function onTold() {
  const told = props.told;
  if (!told || told.to !== asked?.number) return;
  asked = null;
  if (told.problem) return fail(told.problem);
  if (isOn()) state.problem = "";
  if (told.id) return onBegun(told);
  take(told.events);
  if (state.phase === "ended") finish();
  draw();
}
