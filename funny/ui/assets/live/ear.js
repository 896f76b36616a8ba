// The sound, sample by sample, in a thread of its own, at the rate that the server wants.

const EAR = `
const PERIODS = 16; // of the slower rate, on each side of a sample that is made of others

class Ear extends AudioWorkletProcessor {
  constructor({ processorOptions: { rate } }) {
    super();
    this.rate = rate;
    this.slower = Math.min(1, rate / sampleRate);
    this.reach = Math.ceil(PERIODS / this.slower);
    this.kept = new Float32Array(this.reach - 1); // silence before the first sample
    this.first = 1 - this.reach; // number of the first sample that is kept
    this.made = 0;
    this.weights = new Map();
  }

  process([channels]) {
    if (channels.length) {
      const mono = channels[0].slice();
      for (const channel of channels.slice(1)) channel.forEach((x, i) => { mono[i] += x; });
      for (let i = 0; i < mono.length; i++) mono[i] /= channels.length;
      const heard = sampleRate === this.rate ? mono : this.resampled(mono);
      this.port.postMessage(heard, [heard.buffer]);
    }
    return true;
  }

  resampled(mono) {
    const all = new Float32Array(this.kept.length + mono.length);
    all.set(this.kept);
    all.set(mono, this.kept.length);
    const made = [];
    let from = this.from();
    for (; from + 2 * this.reach <= all.length; from = this.from()) {
      const weights = this.weightsNow();
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * all[from + i];
      made.push(sum);
      this.made++;
    }
    this.kept = all.slice(from);
    this.first += from;
    return Float32Array.from(made);
  }

  /** Where in what is kept begins what the next sample is made of. */
  from() {
    return Math.floor((this.made * sampleRate) / this.rate) - this.reach + 1 - this.first;
  }

  /** How much of each goes into the next sample: a low-pass, as a sinc under a Hann window. */
  weightsNow() {
    const rest = (this.made * sampleRate) % this.rate;
    if (!this.weights.has(rest)) {
      const offset = this.reach - 1 + rest / this.rate;
      const weigh = (_, i) => this.slower * sinc(this.slower * (i - offset)) * hann((i - offset) / this.reach);
      this.weights.set(rest, Float32Array.from({ length: 2 * this.reach }, weigh));
    }
    return this.weights.get(rest);
  }
}

const sinc = (x) => (x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x));
const hann = (x) => (Math.abs(x) >= 1 ? 0 : 0.5 + 0.5 * Math.cos(Math.PI * x));

registerProcessor("funny-ear", Ear);`;
