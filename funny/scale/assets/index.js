(() => {
  const asked = new URLSearchParams(window.location.search).get("lang");
  const korean = (asked || navigator.language || "").toLowerCase().startsWith("ko");
  document.documentElement.lang = korean ? "ko" : "en";

  const words = document.querySelector("#words");
  const order = document.querySelector("#order");
  const list = document.querySelector("#videos");
  const none = document.querySelector("#none");
  const videos = [...list.children];
  const collator = new Intl.Collator(document.documentElement.lang, { numeric: true });

  words.placeholder = korean ? "이름이나 이유로 찾기" : "search names and reasons";
  words.setAttribute("aria-label", words.placeholder);
  order.setAttribute("aria-label", korean ? "정렬" : "order");
  for (const option of order.options) option.text = option.dataset[korean ? "ko" : "en"];

  const by = {
    score: (a, b) => b.dataset.score - a.dataset.score,
    date: (a, b) => collator.compare(b.dataset.date, a.dataset.date),
    name: (a, b) => collator.compare(a.dataset.name, b.dataset.name),
  };
  const sort = () => list.append(...videos.sort(by[order.value]));
  const search = () => {
    const wanted = words.value.normalize("NFC").toLowerCase().split(/\s+/);
    for (const video of videos) {
      video.hidden = !wanted.every((word) => video.dataset.find.includes(word));
    }
    none.hidden = videos.some((video) => !video.hidden) || !videos.length;
  };
  words.addEventListener("input", search);
  order.addEventListener("change", sort);
  document.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
  sort();
  search();
})();
