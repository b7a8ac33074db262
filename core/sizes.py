def size_text(count: int) -> str:
    """A number of bytes for people, in steps of 1024 with two or three figures: 0 bytes, 950 kB, 1.4 GB, 20 GB."""
    if count < 1024:
        return "1 byte" if count == 1 else f"{count} bytes"
    value = float(count)
    for unit in ("kB", "MB", "GB", "TB", "PB"):
        value /= 1024
        if value < 1000 or unit == "PB":
            break
    short = f"{value:.1f}".removesuffix(".0") if value < 9.95 else f"{value:.0f}"
    return f"{short} {unit}"
