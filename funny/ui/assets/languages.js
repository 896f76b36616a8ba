// The same page in the other language: what is being worked on stays in the address.
const shown = document.documentElement.lang.slice(0, 2);
for (const link of element.querySelectorAll("a")) {
  if (link.lang === shown) link.setAttribute("aria-current", "true");
  link.addEventListener("click", (event) => {
    event.preventDefault();
    const address = new URL(window.location);
    address.searchParams.set("lang", link.lang);
    window.location.assign(address);
  });
}
