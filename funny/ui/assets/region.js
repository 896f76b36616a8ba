// The choice of a face: wires what the files in region/ do. Python joins them, this one last, into
// the body of one function (element, trigger, props, server, upload, watch); see region.py.
// Event to Python: "pick" {region}.

function onCast() {
  state.cast = props.cast ?? null;
  forget();
  build();
  draw();
}

/** What Python says, unless a person is at it. */
function onRegion() {
  if (gesture || telling) return;
  state.region = props.region?.at ?? null;
  draw();
}

/** Everything that holds words. */
function build() {
  part("title").textContent = say("picker");
  part("body").hidden = !state.cast;
  part("empty").hidden = faces().length > 0;
  part("empty").textContent = say(state.cast ? "no_face" : "empty");
  part("hint").textContent = say("hint");
  if (!state.cast) return;
  buildStage();
  buildStrip();
}

function onWords() {
  build();
  draw();
}

listen();
onRegion();
onCast();
watch(["cast"], onCast);
watch(["region"], onRegion);
watch(["words"], onWords);
