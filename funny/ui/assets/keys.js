// Keys by name, for every component that is worked by keys.

/** A key with its modifiers; letters by their place on the board when Hangul is typed. */
function keyName(event) {
  const typed = event.key.toLowerCase();
  const letter = /^Key([A-Z])$/.exec(event.code)?.[1].toLowerCase();
  const key = letter && !/^[a-z]$/.test(typed) ? letter : typed;
  if ("[]".includes(key)) return key; // Many boards need AltGr for these.
  const isCtrl = event.ctrlKey || event.metaKey || (event.altKey && key.startsWith("arrow"));
  if (event.altKey && !isCtrl) return "";
  const isShift = event.shiftKey && (isCtrl || key.length > 1);
  return `${isCtrl ? "ctrl+" : ""}${isShift ? "shift+" : ""}${key}`;
}
