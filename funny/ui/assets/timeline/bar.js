// The row of buttons, the menu of lanes and the list of keys.

// Name, key, what it does; null is a gap, "spring" takes the room that is left.
const BUTTONS = [
  ["play_selected", "Enter", playSelected],
  ["mark_in", "I", markIn],
  ["mark_out", "O", markOut],
  null,
  ["keep", "X", toggleKept],
  ["remove", "Del", removeSelected],
  ["merge", "M", mergeSelected],
  null,
  ["undo", "Ctrl+Z", () => tell({ op: "undo" })],
  ["redo", "Ctrl+Shift+Z", () => tell({ op: "redo" })],
  "spring",
  ["lanes", "", () => togglePop("lanes")],
  ["zoom_out", "−", () => zoom(2)],
  ["zoom_in", "+", () => zoom(0.5)],
  ["zoom_reset", "0", showAll],
  ["help", "?", () => togglePop("help")],
];
const LENS = "M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9M10.3 10.3L14 14M5 7h4";
// Paths of one pen on 16 × 16.
const ICONS = {
  play_selected: "M5 3.5v9l7.5-4.5z",
  mark_in: "M10.5 3H6v10h4.5",
  mark_out: "M5.5 3H10v10H5.5",
  keep: "M3 8.5l3.3 3.2L13 4.6",
  remove: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5",
  merge: "M2 4v8M14 4v8M2.5 8H7M13.5 8H9M5 6l2 2-2 2M11 6L9 8l2 2",
  undo: "M6 3.5L3 6.5l3 3M3 6.5h6.2a3.2 3.2 0 0 1 0 6.4H6.5",
  redo: "M10 3.5l3 3-3 3M13 6.5H6.8a3.2 3.2 0 0 0 0 6.4h2.7",
  lanes: "M2 12l3-5 2.5 3L10 4l4 8",
  zoom_out: LENS,
  zoom_in: `${LENS}M7 5v4`,
  zoom_reset: "M9.5 2.5h4v4M6.5 13.5h-4v-4M13.5 2.5L9 7M2.5 13.5L7 9",
  help: "M5.6 6a2.4 2.4 0 1 1 3.6 2.1c-.8.5-1.2.9-1.2 1.9M8 12.6v.4",
};
const CTRL = /Mac|iP/.test(navigator.platform) ? "⌘" : "Ctrl";
const NEED_SELECTED = ["play_selected", "keep", "remove", "merge"];
const POPS = ["lanes", "help"];

// What the list of keys says: words and keys.
const HELP = [
  ["help_step", "← →"],
  ["help_tick", "Shift ← →"],
  ["help_leap", "Ctrl ← →"],
  ["help_ends", "Home End"],
  ["help_jkl", "J K L"],
  ["help_moments", "↑ ↓"],
  ["play_selected", "Enter"],
  ["mark_in", "I"],
  ["mark_out", "O"],
  ["help_edges", "[ ]"],
  ["keep", "X"],
  ["remove", "Delete"],
  ["merge", "M"],
  ["undo", "Ctrl Z"],
  ["redo", "Ctrl Shift Z"],
  ["help_zoom", "+ − 0"],
  ["help_escape", "Esc"],
];
const HELP_POINTER = ["help_click", "help_wheel", "help_drag", "help_ruler", "help_edge_drag"];

function buildBar() {
  part("buttons").replaceChildren(...BUTTONS.map(barItem));
  translate();
}

function barItem(item) {
  if (item === null) return make("span", "ft-gap");
  if (item === "spring") return make("span", "ft-spring");
  const [name, , run] = item;
  const button = make("button", `ft-button ft-do-${name}`);
  button.type = "button";
  button.dataset.do = name;
  button.append(drawn(ICONS[name]), make("span", "ft-word"));
  button.addEventListener("click", (event) => {
    run();
    // After a mouse's click the arrows should work at once; a key's click stays on its button.
    if (event.detail) part("lens").focus({ preventScroll: true });
  });
  if (POPS.includes(name)) button.setAttribute("aria-expanded", "false");
  return button;
}

/** Every word in the reader's language; called again when the language changes. */
function translate() {
  for (const [name, key] of BUTTONS.filter(Array.isArray)) nameButton(name, key);
  part("lens").setAttribute("aria-label", say("timeline"));
  part("buttons").setAttribute("aria-label", say("tools"));
  part("empty").textContent = say("empty");
  buildLanesMenu();
  buildHelp();
}

function nameButton(name, key) {
  const button = part(`do-${name}`);
  const wheel = name === "zoom_in" ? ` · ${say("help_wheel", { ctrl: CTRL })}` : "";
  button.title = `${say(name)}${key ? ` (${key.replace("Ctrl", CTRL)})` : ""}${wheel}`;
  button.setAttribute("aria-label", say(name));
  button.querySelector(".ft-word").textContent = say(name);
}

/** Grey where they would do nothing; never disabled, or the keyboard would lose its place. */
function updateButtons() {
  const isNone = state.selected === null;
  for (const name of NEED_SELECTED) setOff(name, isNone);
  setOff("mark_out", state.markedIn === null);
  part("do-mark_in").setAttribute("aria-pressed", state.markedIn !== null);
}

const setOff = (name, isOff) => part(`do-${name}`).setAttribute("aria-disabled", isOff);

function buildLanesMenu() {
  const boxes = ["made_of", ...SIGNALS, "loudness"].map(laneBox);
  part("lanes").replaceChildren(make("div", "ft-pop-title", say("lanes")), ...boxes);
}

function laneBox(name) {
  const row = make("label", "ft-check");
  const box = make("input", "");
  box.type = "checkbox";
  box.name = name;
  box.checked = Boolean(state.shown[name]);
  box.addEventListener("change", () => {
    state.shown[name] = box.checked;
    scheduleDraw();
  });
  row.append(box, name === "made_of" ? make("span", "", say(name)) : colourKey(name));
  return row;
}

function buildHelp() {
  const rows = HELP.flatMap(([word, keys]) => {
    const term = make("dt", "");
    const names = keys.replace("Ctrl", CTRL).split(" ");
    term.append(...names.map((key) => make("kbd", "", key)));
    return [term, make("dd", "", say(word))];
  });
  const list = make("dl", "");
  list.append(...rows);
  const pointer = make("ul", "");
  pointer.append(...HELP_POINTER.map((word) => make("li", "", say(word, { ctrl: CTRL }))));
  part("help").replaceChildren(make("div", "ft-pop-title", say("help")), list, pointer);
}

function togglePop(name) {
  const isOpen = !part(name).hidden;
  closePops();
  part(name).hidden = isOpen;
  part(`do-${name}`).setAttribute("aria-expanded", !isOpen);
}

/** Closes the menus; says whether one was open. */
function closePops() {
  const wasOpen = POPS.some((name) => !part(name).hidden);
  for (const name of POPS) {
    part(name).hidden = true;
    part(`do-${name}`).setAttribute("aria-expanded", "false");
  }
  return wasOpen;
}

/** A press anywhere else closes the menus. */
function closePopsOutside(event) {
  const own = event.target.closest?.(".ft-pop, .ft-do-lanes, .ft-do-help");
  if (!own || !element.contains(own)) closePops();
}
