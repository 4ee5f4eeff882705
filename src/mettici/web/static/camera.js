// The camera: a square of it as frames for the coach, and the whole of it for the photo.
const FRAME = 512;
const LARGE = { facingMode: "user", width: { ideal: 2560 }, height: { ideal: 1920 } };
const STILL_PATIENCE = 4000;

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

// The newest frame: its middle square, as JPEG.
export function frame(video) {
  return squared(video, video.videoWidth, video.videoHeight, FRAME, 0.85);
}

// The photo at the full resolution that the camera gives, unmirrored.
export async function photo(stream, video) {
  const still = await fullStill(stream.getVideoTracks()[0]);
  if (still === null) return squared(video, video.videoWidth, video.videoHeight, Infinity, 0.95);
  const taken = await squared(still, still.width, still.height, Infinity, 0.95);
  still.close();
  return taken;
}

// What the camera gives for a still, often larger than its video; null where it does not.
async function fullStill(track) {
  if (!("ImageCapture" in window)) return null;
  const late = new Promise((done) => setTimeout(done, STILL_PATIENCE, null));
  try {
    const blob = await Promise.race([new ImageCapture(track).takePhoto(), late]);
    return blob && (await createImageBitmap(blob));
  } catch {
    return null; // many cameras know no stills: the video's frame is as good
  }
}

function squared(source, width, height, most, quality) {
  const side = Math.min(width, height);
  const size = Math.min(side, most);
  const canvas = Object.assign(document.createElement("canvas"), { width: size, height: size });
  const pen = canvas.getContext("2d");
  pen.imageSmoothingQuality = "high";
  pen.drawImage(source, (width - side) / 2, (height - side) / 2, side, side, 0, 0, size, size);
  return new Promise((done) => canvas.toBlob(done, "image/jpeg", quality));
}
