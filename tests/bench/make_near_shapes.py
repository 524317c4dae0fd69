"""Makes `near_shapes.txt`: which characters look alike when drawn, whoever wrote the tables of this project.

`uv run --isolated --no-project --with pillow --with numpy python tests/bench/make_near_shapes.py FONT`: draws the 3,755
characters of the first level of GB 2312 in a font such as NotoSansCJK-Regular.ttc, blurs them a little, and takes for
each the four it overlaps with best, above a bound. No name, and nothing of the synthetic county, goes into it.
"""

import sys
from pathlib import Path
from typing import Any

SIZE, BLUR, NEIGHBOURS, LEAST = 48, 1.2, 4, 0.72


def characters() -> list[str]:
    """Return the first level of GB 2312."""
    found = []
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF):
            try:
                found.append(bytes((row, cell)).decode("gb2312"))
            except UnicodeDecodeError:
                continue
    return found


def drawn(font: str, listed: list[str]) -> Any:
    """Return one centred line of pixels for each character, of length 1."""
    import numpy
    from PIL import Image, ImageDraw, ImageFilter, ImageFont

    pen, lines = ImageFont.truetype(font, SIZE - 4, index=2), []
    for character in listed:
        image = Image.new("L", (SIZE, SIZE))
        ImageDraw.Draw(image).text((SIZE / 2, SIZE / 2), character, font=pen, fill=255, anchor="mm")
        pixels = numpy.asarray(image.filter(ImageFilter.GaussianBlur(BLUR)), dtype="float32").ravel()
        pixels -= pixels.mean()
        lines.append(pixels / numpy.linalg.norm(pixels))
    return numpy.stack(lines)


def main() -> None:
    """Write the table beside this file."""
    listed = characters()
    likeness = (shapes := drawn(sys.argv[1], listed)) @ shapes.T
    near: dict[str, set[str]] = {}
    for at, character in enumerate(listed):
        best = [
            int(other) for other in likeness[at].argsort()[::-1][1 : NEIGHBOURS + 1] if likeness[at, other] >= LEAST
        ]
        for other in best:
            near.setdefault(character, set()).add(listed[other])
            near.setdefault(listed[other], set()).add(character)
    head = f"# Made by make_near_shapes.py: {len(near)} characters, each with those it looks like.\n"
    lines = "".join(f"{character} {''.join(sorted(others))}\n" for character, others in sorted(near.items()))
    Path(__file__).with_name("near_shapes.txt").write_text(head + lines, encoding="utf-8")


if __name__ == "__main__":
    main()
