"""A layout as a filter of ffmpeg's: an upright picture → the picture of a short."""

from collections.abc import Sequence

from funny.moments.framing import halving
from funny.moments.layouts import InsetPanel, Layout, Panel

_BLURRED_PX = 64
"""Width of the blurred background before it is enlarged: cheap, and as soft."""
_DIMMED = 0.55
# Frames are stamped in whole ticks of a clock; a change comes a little before its frame.
_JUST_BEFORE_S = 0.002


def mosaic(layout: Layout) -> str:
    """Filters that make a layout of pictures with square pixels; its end has no name."""
    if not layout.insets:
        return _joined(layout.panels)
    under, graph = _under(layout)
    for k, one in enumerate(layout.insets):
        over = _over(one.panel, layout, one)
        graph += [f"[in{k}]{_window(one.panel)}[inset{k}]", f"[{under}][inset{k}]{over}[over{k}]"]
        under = f"over{k}"
    return ";".join([*graph, f"[{under}]setsar=1"])


def _under(layout: Layout) -> tuple[str, list[str]]:
    """What lies under the insets: the panels, and where there are insets a blurred picture."""
    names = [*(f"in{k}" for k in range(len(layout.insets))), "back"]
    blurred = f"[back]{_blurred(layout)}[behind]"
    if not layout.panels:
        return "behind", [_split(names), blurred]
    spans = [span for one in layout.insets for span in one.spans_s]
    return "base", [
        _split([*names, "front"]),
        blurred,
        f"[front]{_joined(layout.panels)}[panels]",
        f"[panels][behind]overlay=0:0:enable='{_during(spans)}'[base]",
    ]


def _over(panel: Panel, layout: Layout, one: InsetPanel) -> str:
    always = "" if not layout.panels else f":enable='{_during(one.spans_s)}'"
    return f"overlay={panel.left}:{panel.top}{always}"


def _during(spans_s: Sequence[tuple[float, float]]) -> str:
    """An expression of `t` that is 1 in some spans and 0 else."""
    inside = [
        f"gte(t,{start_s - _JUST_BEFORE_S:.6f})*lt(t,{end_s - _JUST_BEFORE_S:.6f})"
        for start_s, end_s in spans_s
    ]
    return halving(inside, lambda k, one, two: f"({one}+{two})")


def _joined(panels: Sequence[Panel]) -> str:
    """Each panel's window, one above the other or side by side."""
    if len(panels) == 1:
        return _window(panels[0])
    stack = "vstack" if panels[1].top else "hstack"
    return ";".join(
        [
            _split([f"part{k}" for k in range(len(panels))]),
            *(f"[part{k}]{_window(panel)}[out{k}]" for k, panel in enumerate(panels)),
            "".join(f"[out{k}]" for k in range(len(panels))) + f"{stack}=inputs={len(panels)}",
        ]
    )


def _split(names: Sequence[str]) -> str:
    return f"split={len(names)}" + "".join(f"[{name}]" for name in names)


def _window(panel: Panel) -> str:
    """The window of a panel: enlarged before it is cut out, so that it moves in fine steps."""
    width, height = (
        max(side, round(side / part))
        for side, part in zip((panel.width, panel.height), panel.window, strict=True)
    )
    x = f"({panel.x.expression()})*{width}-{panel.width / 2:g}"
    y = f"({panel.y.expression()})*{height}-{panel.height / 2:g}"
    # With colour at full size, it can be cut at any pixel.
    return (
        f"scale={width}:{height},format=yuv444p,"
        f"crop={panel.width}:{panel.height}:x='{x}':y='{y}',setsar=1"
    )


def _blurred(layout: Layout) -> str:
    """The picture enlarged until it fills the short, blurred and dimmed."""
    colour = f"128+(val-128)*{_DIMMED}"
    small = max(2, round(_BLURRED_PX * layout.height / layout.width / 2) * 2)
    return (
        f"scale={_BLURRED_PX}:{small}:force_original_aspect_ratio=increase,"
        f"crop={_BLURRED_PX}:{small},gblur=sigma=3,scale={layout.width}:{layout.height},"
        f"format=yuv444p,lutyuv=y=16+(val-16)*{_DIMMED}:u={colour}:v={colour}"
    )
