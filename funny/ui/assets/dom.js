// What every component of the page draws and speaks with; the first part of each one's script.

const clamp = (x, low, high) => Math.min(Math.max(x, low), high);

const say = (key, values = {}) =>
  (props.words?.[key] ?? key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

/** An element; its text is text whatever it holds, since reasons and names come from outside. */
function make(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

/** A drawing of one pen on 16 × 16. */
function drawn(path) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  const pen = document.createElementNS("http://www.w3.org/2000/svg", "path");
  svg.setAttribute("viewBox", "0 0 16 16");
  svg.setAttribute("aria-hidden", "true");
  pen.setAttribute("d", path);
  svg.append(pen);
  return svg;
}
