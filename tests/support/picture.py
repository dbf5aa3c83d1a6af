"""Pages of a PDF as text and as pixels, through poppler's tools."""
import subprocess

DPI = 72


def text(pdf, *options):
    """What pdftotext reads, the layout kept."""
    return subprocess.run(["pdftotext", *options, str(pdf), "-"], check=True,
                          capture_output=True).stdout.decode("utf-8")


def pages(pdf):
    out = subprocess.run(["pdfinfo", str(pdf)], check=True,
                         capture_output=True).stdout.decode()
    return int([x for x in out.splitlines() if x.startswith("Pages:")][0]
               .split()[1])


class Picture:
    """One page: width, height and rows of RGB bytes."""

    def __init__(self, pdf, page, dpi=DPI):
        raw = subprocess.run(["pdftoppm", "-r", str(dpi), "-f", str(page),
                              "-l", str(page), str(pdf)], check=True,
                             capture_output=True).stdout
        head, size, depth, self.bytes = raw.split(b"\n", 3)
        assert head == b"P6" and depth == b"255"
        self.width, self.height = map(int, size.split())
        self.mm = dpi / 25.4

    def rows(self, left, top, right, bottom):
        """Bytes R G B R G B ... of each row of a box in millimetres."""
        x0 = max(0, round(left * self.mm))
        x1 = min(self.width, round(right * self.mm))
        y0 = max(0, round(top * self.mm))
        y1 = min(self.height, round(bottom * self.mm))
        for y in range(y0, y1):
            at = 3 * self.width * y
            yield self.bytes[at + 3 * x0:at + 3 * x1]

    def inked(self, *box):
        """Rows of the box that are not white."""
        return sum(1 for row in self.rows(*box) if row and min(row) < 235)

    def red(self, *box):
        """Red pixels."""
        return sum(sum(map(lambda r, g: r - g > 100, row[0::3], row[1::3]))
                   for row in self.rows(*box))

    def grey(self, value, *box):
        """Pixels of this grey."""
        return sum(row.count(bytes([value] * 3))
                   for row in self.rows(*box))
