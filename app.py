"""Entry of the app: `python app.py`, and what a Hugging Face Space runs."""

from funny.runtime import prepare

prepare()

from funny.ui.page import Page  # noqa: E402 - the environment must be set before torch loads

page = Page()
demo = page.blocks

if __name__ == "__main__":
    print(page.models_in_use(), flush=True)
    page.launch()
