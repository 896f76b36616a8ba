// The agreement of people: two tables. See agreement.py.
// Events to Python: "compare" {}, "again" {id}.

const part = (name) => element.querySelector(`.fa-${name}`);

// Where each grade of Landis and Koch begins.
const GRADES = [0, 1e-9, 0.2, 0.4, 0.6, 0.8];
const SIGNS = { funny: "☺", ordinary: "–", skip: "»" };

function build() {
  part("title").textContent = say("title");
  part("about").textContent = say("about");
  part("compare").textContent = say(props.compared ? "compare_again" : "compare");
  draw();
}

function onCompared() {
  part("compare").removeAttribute("aria-busy");
  build();
}

function draw() {
  const found = props.compared;
  part("problem").hidden = !found?.problem;
  part("problem").textContent = found?.problem ?? "";
  if (!found?.people) return part("found").replaceChildren();
  const { people } = found;
  if (people.length < 2 && !found.conflicts.length) return part("found").replaceChildren(make("p", "", alone(people)));
  part("found").replaceChildren(...pairsTable(found.pairs), ...conflictsTable(found.conflicts));
}

const alone = (people) => (people.length ? say("alone", { name: people[0] }) : say("nobody"));

/** The word for a kappa: the last grade that it reaches. */
function gradeOf(kappa) {
  if (kappa === null) return say("grade_none");
  return say(`grade_${Math.max(0, GRADES.findLastIndex((least) => kappa >= least))}`);
}

function pairsTable(pairs) {
  if (!pairs.length) return [];
  const rows = pairs.map(({ one, two, kappa, clips }) => [
    say("and", { one, two }),
    kappa === null ? "—" : kappa.toFixed(2),
    gradeOf(kappa),
    String(clips),
  ]);
  const heads = ["who", "kappa", "means", "clips"].map((name) => say(name));
  return [table(say("pairs"), heads, rows), make("p", "fa-small", say("grades"))];
}

function conflictsTable(conflicts) {
  if (!conflicts.length) return [make("p", "", say("none"))];
  const rows = conflicts.map(({ id, title, start_s, said }) => [
    `${title} · ${clock(start_s, 1)}`,
    sayings(said),
    playButton(id, title, start_s),
  ]);
  const heads = [say("clip"), say("said"), ""];
  const title = say("conflicts", { count: conflicts.length });
  return [table(title, heads, rows), make("p", "fa-small", say("conflicts_about"))];
}

function sayings(said) {
  const list = make("span", "fa-sayings");
  for (const [who, label] of Object.entries(said)) {
    const name = who === "manifest" ? say("manifest") : who;
    list.append(make("span", `fa-saying fa-as-${label}`, `${SIGNS[label]} ${name}: ${say(label)}`));
  }
  return list;
}

function playButton(id, title, start_s) {
  const button = make("button", "fa-button", say("play"));
  button.type = "button";
  button.setAttribute("aria-label", `${say("play")}: ${title} ${clock(start_s, 1)}`);
  button.addEventListener("click", () => trigger("again", { id }));
  return button;
}

/** A table of texts and nodes; the first cell of a row is its head. */
function table(title, heads, rows) {
  const made = make("table", "");
  const head = make("tr", "");
  head.append(...heads.map((text) => (text ? headCell(text, "col") : make("td", ""))));
  const top = make("thead", "");
  top.append(head);
  const body = make("tbody", "");
  body.append(...rows.map(tableRow));
  made.append(make("caption", "", title), top, body);
  const box = make("div", "fa-table");
  box.append(made);
  return box;
}

function headCell(text, scope) {
  const cell = make("th", "", text);
  cell.scope = scope;
  return cell;
}

function tableRow([first, ...others]) {
  const row = make("tr", "");
  const cells = others.map((content) => {
    const cell = make("td", "");
    cell.append(content);
    return cell;
  });
  row.append(headCell(first, "row"), ...cells);
  return row;
}

build();
part("compare").addEventListener("click", () => {
  part("compare").setAttribute("aria-busy", "true");
  trigger("compare", {});
});
watch(["compared"], onCompared);
watch(["words"], build);
