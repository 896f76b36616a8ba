// Gradio asks the browser which language to speak; the address knows better.
(() => {
  const language = new URLSearchParams(window.location.search).get("lang");
  if (!["en", "ko"].includes(language)) return;
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });
})();
