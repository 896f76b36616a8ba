// Where pictures come from: a camera or a screen, looked at twice a second.

const WIDTH = 960; // of a picture that is sent; a face in a corner is still large enough to be read
const QUALITY = 0.85;
const MOST_WAITING = 4; // pictures; older ones are dropped, since there is no time to look at them

const video = part("video");
const sheet = document.createElement("canvas");
let waiting = []; // {time_s, jpeg} to be sent
let droppedHere = []; // times of those that will not be
let lastTick = -1;

async function opened(kind) {
  const wanted = { width: { ideal: 1280 }, height: { ideal: 720 } };
  // What would make a voice even: loudness is what is looked at.
  const sound = { echoCancellation: false, noiseSuppression: false, autoGainControl: false };
  if (kind === "screen") return navigator.mediaDevices.getDisplayMedia({ video: true, audio: sound });
  try {
    return await navigator.mediaDevices.getUserMedia({ video: wanted, audio: sound });
  } catch (error) {
    if (error.name === "NotAllowedError") throw error;
    return navigator.mediaDevices.getUserMedia({ video: wanted }); // a camera without a microphone
  }
}

/** Looks once in every half second of the time that sound tells. */
async function look(now_s) {
  const tick = Math.floor(now_s / props.limits.tick_s);
  if (tick <= lastTick || !video.videoWidth) return;
  lastTick = tick;
  const time_s = tick * props.limits.tick_s;
  const blob = await pictureNow();
  if (!blob || !isOn()) return;
  keepPicture(time_s, blob);
  waiting.push({ time_s, jpeg: await inBase64(await blob.arrayBuffer()) });
  if (waiting.length > MOST_WAITING) droppedHere.push(waiting.shift().time_s);
}

function pictureNow() {
  const scale = Math.min(1, WIDTH / video.videoWidth);
  sheet.width = Math.round(video.videoWidth * scale);
  sheet.height = Math.round(video.videoHeight * scale);
  sheet.getContext("2d").drawImage(video, 0, 0, sheet.width, sheet.height);
  return new Promise((done) => sheet.toBlob(done, "image/jpeg", QUALITY));
}

function inBase64(buffer) {
  return new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result.slice(reader.result.indexOf(",") + 1));
    reader.readAsDataURL(new Blob([buffer]));
  });
}
