// Who labels: asked once, then kept by the browser and by the address.

const KEPT_AS = "funny-annotator";

/** The name that the address gives, else the one that the browser kept. */
function knownName() {
  const named = new URLSearchParams(window.location.search).get("annotator");
  try {
    return named ?? localStorage.getItem(KEPT_AS) ?? "";
  } catch {
    return named ?? ""; // A browser may forbid to keep anything.
  }
}

function remember(name) {
  if (!name) return;
  const address = new URL(window.location);
  address.searchParams.set("annotator", name);
  if (address.href !== window.location.href) history.replaceState(history.state, "", address);
  try {
    localStorage.setItem(KEPT_AS, name);
  } catch {
    // The address keeps it.
  }
}

function startNaming() {
  if (isBusy()) return;
  state.isNaming = true;
  drawWho();
  part("name").focus();
  part("name").select();
}

function onName(event) {
  event.preventDefault();
  const name = part("name").value.trim();
  if (!name) return part("name").focus();
  if (name === state.sitting?.annotator) stopNaming();
  else begin(name);
}

function stopNaming() {
  state.isNaming = false;
  drawWho();
  takeFocus();
}

function drawWho() {
  const name = state.sitting?.annotator ?? "";
  part("who").hidden = !state.isNaming;
  part("person").hidden = state.isNaming;
  part("who-word").textContent = say("who");
  part("begin").textContent = say("begin");
  part("hint").textContent = say("who_hint");
  part("person-word").textContent = say("labels");
  part("person-name").textContent = name;
  part("change").textContent = say("change");
  if (document.activeElement !== part("name")) part("name").value = name || knownName();
}

function listenToName() {
  part("who").addEventListener("submit", onName);
  part("change").addEventListener("click", startNaming);
  part("name").addEventListener("keydown", (event) => {
    event.stopPropagation(); // A name may hold an s, a u and a 1.
    if (event.key === "Escape" && state.sitting?.annotator) stopNaming();
  });
}
