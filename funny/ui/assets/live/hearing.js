// What is heard and not sent yet; the count of samples is the clock.

const BEGINS_MS = 5000;

const ear = { context: null, began: 0, chunks: [], count: 0, sent: 0, hasSound: false };

async function hearken(stream) {
  ear.hasSound = stream.getAudioTracks().length > 0;
  Object.assign(ear, { context: null, began: performance.now(), chunks: [], count: 0, sent: 0 });
  if (!ear.hasSound) return;
  const source = connected(stream);
  ear.context = source.context;
  const script = URL.createObjectURL(new Blob([EAR], { type: "text/javascript" }));
  await ear.context.audioWorklet.addModule(script);
  URL.revokeObjectURL(script);
  const told = { numberOfOutputs: 0, processorOptions: { rate: props.limits.rate } };
  const node = new AudioWorkletNode(ear.context, "funny-ear", told);
  node.port.onmessage = ({ data }) => {
    ear.chunks.push(data);
    ear.count += data.length;
  };
  source.connect(node);
  // Where there is nothing that plays sound, Firefox never begins to listen either.
  const late = new Promise((_, refuse) => setTimeout(refuse, BEGINS_MS));
  await Promise.race([ear.context.resume(), late]);
}

/** Sound at the rate that is wanted; else, as Firefox will have it, at that of the microphone. */
function connected(stream) {
  let refused;
  for (const sampleRate of [props.limits.rate, undefined, 48000, 44100]) {
    const context = new AudioContext({ sampleRate });
    try {
      return context.createMediaStreamSource(stream);
    } catch (error) {
      refused = error;
      context.close();
    }
  }
  throw refused;
}

const heardAll = () => (ear.hasSound ? ear.count / props.limits.rate : elapsed_s());
const elapsed_s = () => (performance.now() - ear.began) / 1000;

/** Takes what was heard and not sent yet, `most_s` at most: 16-bit samples, and when they begin. */
function takeSound(most_s) {
  const from_s = ear.sent / props.limits.rate;
  const taken = [];
  let length = 0;
  while (ear.chunks.length && length < most_s * props.limits.rate) {
    taken.push(ear.chunks.shift());
    length += taken.at(-1).length;
  }
  const samples = new Int16Array(length);
  let at = 0;
  for (const chunk of taken) for (const x of chunk) samples[at++] = clamp(x, -1, 32767 / 32768) * 32768;
  ear.sent += length;
  return { from_s, samples };
}
