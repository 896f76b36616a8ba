// What Gradio leaves out for those who hear the page: the tick boxes of its table have no names and
// lie in things that call themselves buttons, and pictures for "nothing here" do not say that they
// are pictures. Its button for uploads does nothing when a key presses it, and its remarks are
// buttons that hold a button.
() => {
    const table = document.querySelector("#highlights");
    if (!table) return;
    const title = () => table.querySelector("th")?.innerText.trim() || "";
    const name = (box) => {
        const cell = box.closest("[data-testid^=cell-]");
        const row = cell ? Number(cell.dataset.testid.split("-")[1]) + 1 : "";
        return `${title()} ${row}`.trim();
    };
    const mend = () => {
        for (const box of table.querySelectorAll("input[type=checkbox]")) {
            if (box.getAttribute("aria-label") !== name(box)) box.setAttribute("aria-label", name(box));
            box.tabIndex = 0;
        }
        for (const part of table.querySelectorAll(".bool-cell[role], .select-all-checkbox[role]")) {
            part.removeAttribute("role");
        }
        const pictures = "#highlights div.wrapper[aria-label], #clips > .empty, #export > .empty";
        for (const picture of document.querySelectorAll(pictures)) picture.setAttribute("role", "img");
    };
    for (const part of document.querySelectorAll("#highlights, #clips, #export")) {
        new MutationObserver(mend).observe(part, {childList: true, subtree: true});
    }
    mend();
    const unbutton = () => {
        for (const head of document.querySelectorAll(".toast-header[role]")) head.removeAttribute("role");
    };
    new MutationObserver(unbutton).observe(document.body, {childList: true, subtree: true});
    document.addEventListener("keydown", (event) => {
        const button = event.target.closest?.("#player .upload-container");
        if (!button || !["Enter", " "].includes(event.key)) return;
        event.preventDefault();
        button.click();
    }, true);
}
