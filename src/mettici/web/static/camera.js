// The camera: small square frames for the coach, and a photo at full resolution.
const FRAME = 512;
const LARGE = { facingMode: "user", width: { ideal: 2560 }, height: { ideal: 1920 } };
const STILL_TIMEOUT = 4000; // ms

export const available = () => Boolean(navigator.mediaDevices?.getUserMedia);

export async function start(video) {
  const stream = await navigator.mediaDevices.getUserMedia({ video: LARGE, audio: false });
  video.srcObject = stream;
  await video.play();
  return stream;
}

export function stop(stream) {
  for (const track of stream?.getTracks() ?? []) track.stop();
}

// The central square of the current frame, as JPEG.
export function frame(video) {
  return cropSquare(video, video.videoWidth, video.videoHeight, FRAME, 0.85);
}

// The central square of a photo at the camera's full resolution, not mirrored.
export async function photo(stream, video) {
  const still = await fullStill(stream.getVideoTracks()[0]);
  if (still === null) return cropSquare(video, video.videoWidth, video.videoHeight, Infinity, 0.95);
  const square = await cropSquare(still, still.width, still.height, Infinity, 0.95);
  still.close();
  return square;
}

// A still from the camera, often larger than its video; null if it cannot take one.
async function fullStill(track) {
  if (!("ImageCapture" in window)) return null;
  const timeout = new Promise((resolve) => setTimeout(resolve, STILL_TIMEOUT, null));
  try {
    const blob = await Promise.race([new ImageCapture(track).takePhoto(), timeout]);
    return blob && (await createImageBitmap(blob));
  } catch {
    return null; // many cameras take no stills; use a video frame instead
  }
}

function cropSquare(source, width, height, maxSize, quality) {
  const side = Math.min(width, height);
  const size = Math.min(side, maxSize);
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const context = canvas.getContext("2d");
  context.imageSmoothingQuality = "high";
  context.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size, size);
  return new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", quality));
}
