const WIDTH = 320;

/** Draws a small copy of the file; kinds the browser cannot read (HEIC, some videos) keep the icon. */
export async function preview(file, place) {
  try {
    const draw = file.type.startsWith("video/") ? videoFrame : picture;
    place.replaceChildren(await draw(file));
  } catch {
    place.classList.add("unread");
  }
}

/** The picture at this address instead of what is there. */
export function showPicture(url, place) {
  const image = new Image();
  image.alt = "";
  image.onload = () => place.replaceChildren(image);
  image.src = url;
}

async function picture(file) {
  const bitmap = await createImageBitmap(file, { resizeWidth: WIDTH, resizeQuality: "medium" });
  const canvas = drawn(bitmap, bitmap.width, bitmap.height);
  bitmap.close();
  return canvas;
}

async function videoFrame(file) {
  const video = document.createElement("video");
  Object.assign(video, { muted: true, preload: "auto", src: URL.createObjectURL(file) });
  try {
    await happened(video, "loadeddata");
    video.currentTime = Math.min(1, video.duration / 10);
    await happened(video, "seeked");
    return drawn(video, WIDTH, Math.round((WIDTH * video.videoHeight) / video.videoWidth));
  } finally {
    URL.revokeObjectURL(video.src);
    video.removeAttribute("src");
  }
}

function happened(video, name) {
  return new Promise((resolve, reject) => {
    video.addEventListener(name, resolve, { once: true });
    video.addEventListener("error", reject, { once: true });
  });
}

function drawn(source, width, height) {
  const canvas = document.createElement("canvas");
  Object.assign(canvas, { width, height });
  canvas.getContext("2d").drawImage(source, 0, 0, width, height);
  return canvas;
}
