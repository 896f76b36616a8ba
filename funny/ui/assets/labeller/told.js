// What the page says: buttons, counts, remarks, the signs that proposed a clip.

// Label, key; the order of the keys on a board.
const ANSWERS = [
  ["funny", "1"],
  ["skip", "S"],
  ["ordinary", "0"],
];
// Paths of one pen on 16 × 16.
const ICONS = {
  funny: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M4.8 6.6l1-.9 1 .9M9.2 6.6l1-.9 1 .9M4.7 9.2c1.6 3.4 5 3.4 6.6 0z",
  ordinary: "M8 1.8a6.2 6.2 0 1 0 0 12.4A6.2 6.2 0 0 0 8 1.8M5.8 6v.6M10.2 6v.6M5.2 10.2h5.6",
  skip: "M3 3.5l5 4.5-5 4.5zM8.5 3.5l5 4.5-5 4.5z",
  undo: "M6 3.5L3 6.5l3 3M3 6.5h6.2a3.2 3.2 0 0 1 0 6.4H6.5",
  play: "M5 3.2v9.6l8-4.8z",
};
// What the list of keys says: word and keys.
const HELP = [
  ["funny", "1"],
  ["ordinary", "0"],
  ["skip", "S"],
  ["undo", "U"],
  ["help_play", "Space"],
  ["help_start", "← →"],
  ["help_end", "Shift ← →"],
  ["help_end", "[ ]"],
  ["help_leave", "Esc"],
];

function build() {
  part("answers").replaceChildren(...ANSWERS.map(answerButton), undoButton());
  part("answers").setAttribute("aria-label", say("labeller"));
  part("screen").setAttribute("aria-label", say("player"));
  part("leave").textContent = say("leave");
  part("cover").replaceChildren(drawn(ICONS.play), make("span", "fl-cover-word"));
  part("copy").textContent = say("copy");
  buildNudges();
  buildKeys();
  drawAll();
}

const answerButton = ([label, key]) => bigButton(label, key, () => answer(label));
const undoButton = () => bigButton("undo", "U", undo);

function bigButton(name, key, act) {
  const button = make("button", `fl-answer fl-as-${name}`);
  button.type = "button";
  const hint = make("kbd", "", key);
  hint.setAttribute("aria-hidden", "true");
  button.append(drawn(ICONS[name]), make("span", "fl-word", say(name)), hint);
  button.setAttribute("aria-keyshortcuts", key);
  button.addEventListener("click", (event) => {
    act();
    backToScreen(event);
  });
  return button;
}

/** After a mouse's click the keys should work at once; a key's click stays on its button. */
function backToScreen(event) {
  if (event.detail) part("screen").focus({ preventScroll: true });
}

function buildKeys() {
  const rows = HELP.flatMap(([word, keys]) => {
    const term = make("dt", "");
    const names = keys.split(" ").map((key) => (key === "Space" ? say("space") : key));
    term.append(...names.map((key) => make("kbd", "", key)));
    return [term, make("dd", "", say(word))];
  });
  const list = make("dl", "");
  list.append(...rows);
  part("keys").replaceChildren(list);
}

function drawAll() {
  if (!state.sitting) return;
  root.hidden = false;
  part("body").hidden = !state.clip;
  drawWho();
  drawProgress();
  drawNotes();
  drawEmpty();
  drawAgain();
  drawEdges();
  drawSigns();
  drawCover();
}

function drawProgress() {
  const { progress } = state.sitting;
  part("progress").hidden = part("counts").hidden = part("pace").hidden = !progress;
  if (!progress) return;
  const { done, total } = progress;
  part("bar").setAttribute("aria-valuemax", total);
  part("bar").setAttribute("aria-valuenow", done);
  part("bar").setAttribute("aria-label", say("progress"));
  part("bar").firstElementChild.style.width = `${(100 * done) / Math.max(1, total)}%`;
  part("done").textContent = say("done", { done, total });
  part("counts").replaceChildren(
    ...[
      ["funny", progress.funny],
      ["ordinary", progress.ordinary],
      ["skip", progress.skipped],
    ].map(countOf),
  );
  part("pace").textContent = [paceText(progress), leftText(progress)].filter(Boolean).join(" · ");
}

function countOf([name, count]) {
  const box = make("span", `fl-count fl-as-${name}`);
  box.append(drawn(ICONS[name]), make("b", "", String(count)), make("span", "", say(`n_${name}`)));
  return box;
}

const paceText = ({ pace }) => (pace ? say("pace", { pace: pace < 10 ? pace.toFixed(1) : Math.round(pace) }) : "");

function leftText({ done, total, pace }) {
  if (!pace || done >= total) return "";
  const minutes = (total - done) / pace;
  return minutes < 1 ? say("left_short") : say("left", { minutes: Math.ceil(minutes) });
}

function drawNotes() {
  const { notes = [], passed_over: over = [] } = state.sitting;
  part("notes").replaceChildren(...[...notes, ...over].map((text) => make("p", "", text)));
}

/** What stands in place of a clip: who are you, wait, or what to do when all is done. */
function drawEmpty() {
  const { sitting, clip } = state;
  const box = part("empty");
  box.hidden = Boolean(clip) || !sitting.annotator;
  if (box.hidden) return;
  if (sitting.copied !== null) return box.replaceChildren(...waitingText(sitting.copied));
  const { done, total } = sitting.progress;
  const isAll = total > 0 && done >= total;
  const title = isAll ? say("finished", { total }) : say(total ? "no_more" : "no_clips");
  const word = total ? "next_step" : "next_propose";
  const command = make("code", "", `funny dataset ${total ? "build" : "propose"} ${props.dataset}`);
  const next = make("p", "", `${say(word)} `);
  next.append(command);
  box.replaceChildren(make("h3", "", title), next);
}

function waitingText(share) {
  const bar = make("progress", "");
  bar.max = 1;
  bar.value = share;
  bar.setAttribute("aria-label", say("copying"));
  return [make("p", "", say("copying")), bar];
}

function drawAgain() {
  const { again, said } = state.sitting;
  part("again").hidden = !again;
  const word = said ? say("again_said", { said: say(said) }) : say("again");
  part("again-word").textContent = word;
}

function drawCover() {
  const { clip } = state;
  const isBroken = Boolean(clip) && onScreen().isBroken;
  part("broken").hidden = !isBroken;
  part("broken").textContent = isBroken ? say("broken") : "";
  part("copy").hidden = !clip?.is_copy;
  const isLoading = Boolean(clip) && !shownAt && !isBroken;
  part("screen").classList.toggle("fl-loading", isLoading);
  const isStill = Boolean(clip) && Boolean(shownAt) && video().paused && !isBroken && isSeen;
  part("cover").hidden = !isStill;
  const word = part("cover-word");
  if (word) word.textContent = say("play");
}

function drawBusy() {
  part("body").classList.toggle("fl-busy", isBusy());
}

/** Shows for a moment what was kept. */
function flash(label) {
  const box = part("flash");
  box.replaceChildren(drawn(ICONS[label]), make("span", "", say(`kept_${label}`)));
  box.className = `fl-flash fl-as-${label}`;
  void box.offsetWidth; // so that the same again begins anew
  box.classList.add("fl-flashing");
  const { done, total } = props.sitting.progress;
  part("said").textContent = `${say(`kept_${label}`)} ${say("done", { done, total })}`;
}

let toastTimer = 0;

/** A short remark that goes away by itself. */
function remark(text) {
  part("toast").textContent = text;
  clearTimeout(toastTimer);
  toastTimer = setTimeout(() => (part("toast").textContent = ""), 3500);
}

/** What went wrong, and what to do; stays until something goes well. */
function complain(text) {
  root.hidden = false;
  part("problem").textContent = text;
  part("problem").hidden = false;
}

/** The signs are asked for: for each clip anew, so that they sway nobody who did not ask. */
function toggleSigns() {
  const isOpen = !part("signs").hidden;
  part("signs").hidden = isOpen;
  drawSigns();
}

function hideSigns() {
  part("signs").hidden = true;
}

function toggleKeys() {
  part("keys").hidden = !part("keys").hidden;
  drawSigns();
}

function drawSigns() {
  for (const name of ["signs", "keys"]) {
    const isOpen = !part(name).hidden;
    part(`do-${name}`).setAttribute("aria-expanded", isOpen);
    part(`do-${name}`).textContent = say(`${isOpen ? "hide" : "show"}_${name}`);
  }
  const votes = part("signs").hidden ? null : (state.clip?.votes ?? []);
  if (!votes) return part("signs").replaceChildren();
  const lines = votes.length ? votes.map(signOf) : [make("p", "", say("no_signs"))];
  part("signs").replaceChildren(...lines);
}

function signOf({ cue, strength, time_s, note }) {
  const line = make("p", "");
  const name = props.words?.[`cue_${cue}`] ?? cue;
  const about = say("sign", { time: clock(time_s, 1), percent: Math.round(strength * 100) });
  line.append(make("b", "", name), make("span", "fl-about", ` ${about}`));
  if (note) line.append(make("span", "fl-note", note));
  return line;
}
