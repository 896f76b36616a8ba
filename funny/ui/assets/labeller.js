// The labeller: wires what the files in labeller/ do. Python joins them, this one last, into the
// body of one function (element, trigger, props, server, upload, watch); see labeller.py.
// Events to Python: "begin" {annotator, clip}, "answer" {annotator, id, label, start_s, end_s,
// took_s}, "undo" {annotator}.

/** Hears when the labeller comes into view and leaves it, until the page takes it away. */
function watchPage() {
  const screen = new IntersectionObserver((entries) => {
    isInView = entries.at(-1).isIntersecting;
    onPage();
  });
  const whole = new IntersectionObserver((entries) => {
    if (entries.at(-1).isIntersecting) takeFocus();
  });
  const onPage = () => {
    onSeen();
    if (!element.isConnected) stop();
  };
  const stop = () => {
    for (const observer of [screen, whole]) observer.disconnect();
    document.removeEventListener("visibilitychange", onPage);
  };
  screen.observe(part("screen"));
  whole.observe(root);
  document.addEventListener("visibilitychange", onPage);
}

build();
listen();
watchPage();
onSitting();
if (!state.sitting) begin(knownName());
watch(["sitting"], onSitting);
watch(["wanted"], onWanted);
watch(["words"], build);
