// Times as people read them. Everything here is a pure function of numbers.

const round2 = (x) => Math.round(x * 100) / 100;

/** Seconds as 0:05, 12:34 or 1:02:03; with `digits` also parts of a second: 0:05.3. */
function clock(time_s, digits = 0) {
  const scale = 10 ** digits;
  const whole = Math.floor(Math.max(0, time_s) * scale + 0.01);
  const seconds = Math.floor(whole / scale);
  const [h, m, s] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60, seconds % 60];
  const two = (n) => String(n).padStart(2, "0");
  const text = h ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
  return digits ? `${text}.${String(whole % scale).padStart(digits, "0")}` : text;
}

const RULER_STEPS_S = [0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400];
const LABEL_PX = 76;

/** Round times for the ruler: as many as there is room for their labels. */
function rulerTimes([from, to], width) {
  const most = Math.max(1, width / LABEL_PX);
  const step = RULER_STEPS_S.find((s) => (to - from) / s <= most) ?? RULER_STEPS_S.at(-1);
  const count = Math.floor((to + 1e-6) / step) - Math.ceil(from / step - 1e-6) + 1;
  const first = Math.ceil(from / step - 1e-6) * step;
  return Array.from({ length: Math.max(0, count) }, (_, i) => first + i * step);
}
