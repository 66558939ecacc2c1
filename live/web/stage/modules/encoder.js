// Encodes frames as JPEG. Browsers older than 2023 may lack OffscreenCanvas.

export class Encoder {
  constructor() {
    this.canvas = globalThis.OffscreenCanvas ? new OffscreenCanvas(1, 1) : document.createElement("canvas");
    this.context = this.canvas.getContext("2d", { alpha: false, willReadFrequently: true });
  }

  // Returns a binary message: the time of capture, then a JPEG whose longer side has at most `side` pixels. picture: a
  // <video> or a VideoFrame. null if it could not be compressed.
  async encodeFrame(picture, capturedMs, { side, quality }) {
    const [width, height] = fit(
      picture.displayWidth ?? picture.videoWidth, picture.displayHeight ?? picture.videoHeight, side,
    );
    if (this.canvas.width !== width || this.canvas.height !== height) {
      Object.assign(this.canvas, { width, height });
    }
    this.context.drawImage(picture, 0, 0, width, height);
    const jpeg = await this.compress(quality);
    if (!jpeg) return null; // the browser is out of memory
    const captured = new DataView(new ArrayBuffer(8));
    captured.setFloat64(0, capturedMs, true);
    return new Blob([captured, jpeg]);
  }

  compress(quality) {
    if (this.canvas.convertToBlob) return this.canvas.convertToBlob({ type: "image/jpeg", quality });
    return new Promise((resolve) => this.canvas.toBlob(resolve, "image/jpeg", quality));
  }
}

// Returns width and height in the same ratio, the longer one at most `side`.
export function fit(width, height, side) {
  const scale = Math.min(1, side / Math.max(width, height));
  return [Math.max(1, Math.round(width * scale)), Math.max(1, Math.round(height * scale))];
}
