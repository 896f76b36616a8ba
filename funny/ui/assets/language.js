(() => {
  // The language of the address; without one, the browser's own.
  const language = new URLSearchParams(window.location.search).get("lang");
  if (!["en", "ko"].includes(language)) return;
  Object.defineProperty(navigator, "language", { get: () => language });
  Object.defineProperty(navigator, "languages", { get: () => [language] });
})();
