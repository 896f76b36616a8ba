// The sound, sample by sample, in a thread of its own: its count of samples is the clock.

const EAR = `
class Ear extends AudioWorkletProcessor {
  process([channels]) {
    if (channels.length) {
      const mono = channels[0].slice();
      for (const channel of channels.slice(1)) channel.forEach((x, i) => { mono[i] += x; });
      for (let i = 0; i < mono.length; i++) mono[i] /= channels.length;
      this.port.postMessage(mono, [mono.buffer]);
    }
    return true;
  }
}
registerProcessor("funny-ear", Ear);`;

const ear = { context: null, began: 0, chunks: [], count: 0, sent: 0, hasSound: false };

async function hearken(stream) {
  ear.hasSound = stream.getAudioTracks().length > 0;
  Object.assign(ear, { context: null, began: performance.now(), chunks: [], count: 0, sent: 0 });
  if (!ear.hasSound) return;
  ear.context = new AudioContext({ sampleRate: props.limits.rate });
  const source = URL.createObjectURL(new Blob([EAR], { type: "text/javascript" }));
  await ear.context.audioWorklet.addModule(source);
  URL.revokeObjectURL(source);
  const node = new AudioWorkletNode(ear.context, "funny-ear", { numberOfOutputs: 0 });
  node.port.onmessage = ({ data }) => {
    ear.chunks.push(data);
    ear.count += data.length;
  };
  ear.context.createMediaStreamSource(stream).connect(node);
  await ear.context.resume();
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
