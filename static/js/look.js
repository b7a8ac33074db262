// What a chosen file is, from its first bytes: only what can be known at once, so that nobody waits for a refusal.
const HEAD = 256 * 1024;
const STRANGERS = [
  ["%PDF", "pdf"],
  ["PK\x03\x04", "archive"],
  ["Rar!", "archive"],
  ["7z\xbc\xaf", "archive"],
  ["\x1f\x8b", "archive"],
  ["<svg", "drawing"],
  ["<?xml", "drawing"],
];

/**
 * {kind, stranger, pixels, seconds}: kind "photo", "video" or "" when it is for the server to say; stranger names what
 * it is instead; pixels and seconds are 0 when they are not found.
 */
export async function look(file) {
  const bytes = new Uint8Array(await file.slice(0, HEAD).arrayBuffer());
  const view = new DataView(bytes.buffer);
  const start = String.fromCharCode(...bytes.subarray(0, 16));
  const known = { kind: "photo", stranger: "", pixels: 0, seconds: 0 };
  if (start.startsWith("\xff\xd8\xff")) return { ...known, pixels: jpegPixels(view) };
  if (start.startsWith("\x89PNG") && view.byteLength > 24) {
    return { ...known, pixels: view.getUint32(16) * view.getUint32(20) };
  }
  if (start.startsWith("GIF8") && view.byteLength > 10) {
    return { ...known, pixels: view.getUint16(6, true) * view.getUint16(8, true) };
  }
  if (start.startsWith("RIFF") && start.slice(8, 12) === "WEBP") return { ...known, pixels: webpPixels(view) };
  if (start.slice(4, 8) === "ftyp") return ftyp(file, start.slice(8, 12), known);
  if (start.startsWith("\x1aE\xdf\xa3")) return { ...known, kind: "video" };
  const text = start.trimStart().toLowerCase();
  const stranger = STRANGERS.find(([sign]) => start.startsWith(sign) || text.startsWith(sign))?.[1] ?? "";
  return { ...known, kind: "", stranger };
}

function jpegPixels(view) {
  let at = 2;
  while (at + 9 < view.byteLength && view.getUint8(at) === 0xff) {
    const marker = view.getUint8(at + 1);
    const isFrame = marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
    if (isFrame) return view.getUint16(at + 5) * view.getUint16(at + 7);
    at += 2 + view.getUint16(at + 2);
  }
  return 0;
}

function webpPixels(view) {
  if (view.byteLength < 30 || view.getUint8(15) !== 0x58) return 0;
  const side = (at) => 1 + (view.getUint32(at, true) & 0xffffff);
  return side(24) * (1 + (view.getUint32(26, true) >>> 8));
}

async function ftyp(file, brand, known) {
  if (/^(heic|heix|hevc|mif1|msf1|avif|avis)$/.test(brand)) return known;
  return { ...known, kind: "video", seconds: await movieSeconds(file) };
}

/** The length of an MP4 or MOV, from the movie header at the start of its `moov` box. */
async function movieSeconds(file) {
  let at = 0;
  for (let boxes = 0; boxes < 50 && at + 16 < file.size; boxes += 1) {
    const view = new DataView(await file.slice(at, at + 160).arrayBuffer());
    const size = view.getUint32(0) === 1 ? Number(view.getBigUint64(8)) : view.getUint32(0);
    if (view.getUint32(4) === 0x6d6f6f76) return headerSeconds(view); // moov
    if (size < 8) return 0;
    at += size;
  }
  return 0;
}

function headerSeconds(view) {
  if (view.byteLength < 50 || view.getUint32(12) !== 0x6d766864) return 0; // mvhd
  const isLong = view.getUint8(16) === 1;
  const scale = view.getUint32(isLong ? 36 : 28);
  const length = isLong ? Number(view.getBigUint64(40)) : view.getUint32(32);
  return scale ? length / scale : 0;
}
