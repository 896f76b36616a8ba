// The list of moments and marks: each with a picture, its time, and why.

function drawMoments() {
  const list = part("moments");
  // The newest first; what is there already stays, so that nothing jumps under the pointer.
  for (const one of state.found.slice(list.childElementCount)) list.prepend(item(one));
  part("none").hidden = state.found.length > 0;
  part("save").disabled = !state.found.length;
}

function item(one) {
  const made = make("li", one.isMark ? "fv-moment fv-by-hand" : "fv-moment");
  const picture = make("img", "fv-picture");
  picture.alt = "";
  if (one.picture) picture.src = one.picture;
  const text = make("div", "");
  const times = make("b", "", `${clock(one.start_s)} – ${clock(one.end_s)}`);
  const why = one.isMark ? say("by_hand") : one.reasons.join(" · ");
  text.append(times, make("span", "fv-score", one.isMark ? "" : one.score.toFixed(2)), make("div", "fv-why", why));
  made.append(picture, text);
  return made;
}

const MARK_S = [8, 2]; // before and after: who marks has just laughed

function mark() {
  if (!isOn()) return;
  const now_s = heardAll();
  const [start_s, end_s] = [Math.max(0, now_s - MARK_S[0]), now_s + MARK_S[1]];
  state.found.push({ start_s, end_s, peak_s: now_s, isMark: true, picture: pictureAt(now_s) });
  draw();
}

function save() {
  const head = ["kind", "start", "end", "score", "why"].map((name) => say(name));
  const rows = state.found.map((one) => [
    say(one.isMark ? "by_hand" : "found"),
    one.start_s.toFixed(2),
    one.end_s.toFixed(2),
    one.isMark ? "" : one.score.toFixed(3),
    one.isMark ? "" : one.reasons.join("; "),
  ]);
  // The mark at the beginning tells Excel that it is UTF-8.
  const text = "\ufeff" + [head, ...rows].map((row) => row.map(quoted).join(",")).join("\r\n") + "\r\n";
  const link = make("a", "");
  link.download = "moments.csv";
  link.href = URL.createObjectURL(new Blob([text], { type: "text/csv" }));
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

const quoted = (text) => `"${text.replaceAll('"', '""')}"`;
