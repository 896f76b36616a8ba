// What is said about a time: to a screen reader, at the pointer, at a dragged edge, in remarks.

/** What a screen reader says: where the playhead is, and on what. */
function describe() {
  const time_s = now();
  const lens = part("lens");
  const moment = momentAt(time_s);
  const words = [
    say("time_of", { time: clock(time_s, 1), duration: clock(duration()) }),
    scoreText(time_s),
    moment && momentText(moment),
    ...(moment?.reasons ?? []),
  ];
  lens.setAttribute("aria-valuemin", "0");
  lens.setAttribute("aria-valuemax", round2(duration()));
  lens.setAttribute("aria-valuenow", round2(time_s));
  lens.setAttribute("aria-valuetext", words.filter(Boolean).join(", "));
}

/** The score at a time in words; nothing where it is not known. */
function scoreText(time_s) {
  const score = state.curves?.lanes.score?.[Math.floor(time_s / tickSeconds())];
  return Number.isFinite(score) ? `${say("score")} ${score.toFixed(2)}` : "";
}

function momentText(m) {
  const marks = [!m.kept && say("not_kept"), m.by_hand && say("by_hand")].filter(Boolean);
  return [say("moment", { rank: m.rank ?? "" }), ...marks].join(" · ");
}

/** The card at the pointer: picture, time, score, and why. */
function showTip(px, time_s) {
  const tip = part("tip");
  const moment = momentAt(time_s);
  const head = make("div", "ft-tip-head");
  head.append(make("strong", "", clock(time_s, 1)));
  head.append(make("span", "ft-tip-score", scoreText(time_s)));
  const reasons = moment ? (moment.reasons ?? []).slice(0, 3) : [mostly(time_s)];
  placeThumbnail(time_s);
  part("told").replaceChildren(
    head,
    ...(moment ? [make("div", "ft-tip-moment", momentText(moment))] : []),
    ...reasons.filter(Boolean).map((text) => make("div", "ft-tip-line", text)),
  );
  tip.hidden = false;
  const left = clamp(gutter() + px - tip.offsetWidth / 2, 0, stageWidth() - tip.offsetWidth);
  tip.style.transform = `translate(${left}px, ${-tip.offsetHeight - 4}px)`;
  part("cursor").hidden = false;
  shift(part("cursor"), px);
}

function hideTip() {
  part("tip").hidden = true;
  part("cursor").hidden = true;
}

/** The largest part of the score outside moments; nothing where nothing is funny. */
function mostly(time_s) {
  const tick = Math.floor(time_s / tickSeconds());
  const parts = PARTS.map((name) => [name, state.curves?.parts[name]?.[tick] || 0]);
  const [name, value] = parts.sort((a, b) => b[1] - a[1])[0];
  return value >= 0.005 ? `${say("mostly", { part: say(name) })} ${value.toFixed(2)}` : "";
}

let shownSprite = "";

/** Takes in the picture that holds all thumbnails; once, since it may be megabytes of a data URL. */
function readSprite() {
  const box = part("thumbnail");
  const { url, width, height } = state.curves?.sprite ?? { url: "", width: 0, height: 0 };
  if (url === shownSprite) return;
  shownSprite = url;
  box.style.width = `${width}px`;
  box.style.height = `${height}px`;
  box.style.backgroundImage = url && `url("${url.replace(/["\\\s]/g, encodeURIComponent)}")`;
}

/** Moves the picture so that the thumbnail of a time shows. */
function placeThumbnail(time_s) {
  const sprite = state.curves?.sprite;
  const index = sprite ? Math.floor(time_s / sprite.every_s) : Infinity;
  const box = part("thumbnail");
  box.hidden = !sprite || index >= sprite.count;
  if (box.hidden) return;
  const [column, row] = [index % sprite.columns, Math.floor(index / sprite.columns)];
  box.style.backgroundPosition = `${-column * sprite.width}px ${-row * sprite.height}px`;
}

/** The length of what is dragged, beside its edge. */
function showMeasure() {
  const node = part("measure");
  const at = state.dragged;
  node.hidden = !at;
  if (!at) return;
  const length = (at.end_s - at.start_s).toFixed(1);
  node.textContent = `${clock(at.start_s, 1)} – ${clock(at.end_s, 1)} · ${say("seconds", { length })}`;
  const middle = toPx(at.edge === "start" ? at.start_s : at.end_s);
  shift(node, clamp(middle - node.offsetWidth / 2, 0, plotWidth() - node.offsetWidth));
}

let toastTimer = 0;

/** A short remark that goes away by itself. */
function remark(text) {
  const toast = part("toast");
  toast.textContent = text;
  toast.hidden = false;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (toast.hidden = true), 3500);
}
