// The timeline component: wires what the files in timeline/ do. Python joins them, this one last,
// into the body of one function (element, trigger, props, server, upload, watch); see timeline.py.
// Events to Python: "seek" {t}, "select" {id}, "edit" {op, ...}.

function onCurves() {
  const before_s = duration();
  state.curves = readCurves(props.curves);
  readSprite();
  keepView(before_s);
  describe();
  scheduleDraw();
}

function onMoments() {
  readMoments();
  updateButtons();
  describe();
  scheduleDraw();
}

function onSeekTo() {
  const to = props.seek_to;
  if (!Number.isFinite(to?.t)) return;
  if (to.id !== undefined && momentById(to.id)) state.selected = to.id;
  state.playUntil = null;
  cue(to.t);
  reveal(to.t);
  if (Number.isFinite(to.until)) playTo(to.until);
  updateButtons();
  scheduleDraw();
}

function onWords() {
  translate();
  describe();
  scheduleDraw();
}

/** Stops what would outlive the component: Gradio tells nobody when it takes one away. */
function watchPage() {
  const body = new MutationObserver(() => (element.isConnected ? hookVideo() : stop()));
  const theme = new MutationObserver(scheduleDraw);
  const size = new ResizeObserver(scheduleDraw);
  const stop = () => {
    for (const observer of [body, theme, size]) observer.disconnect();
    document.removeEventListener("pointerdown", closePopsOutside);
    P.purge(part("plot"));
  };
  body.observe(document.body, { childList: true, subtree: true });
  theme.observe(document.body, { attributes: true, attributeFilter: ["class"] });
  size.observe(part("stage"));
  document.addEventListener("pointerdown", closePopsOutside);
}

buildBar();
listen();
onCurves();
onMoments();
hookVideo();
onSeekTo(); // An address that leads to a moment may have been read before this script had loaded.
watch(["curves"], onCurves);
watch(["moments"], onMoments);
watch(["threshold"], scheduleDraw);
watch(["words"], onWords);
watch(["seek_to"], onSeekTo);
watch(["player_id"], hookVideo);
watchPage();
