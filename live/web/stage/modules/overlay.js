// Draws a reading over the picture: the hand's skeleton, or the fixed square that is read.

// Pairs of MediaPipe's joints: 0 is the wrist, then four joints for each finger.
const BONES = [
  [0, 1], [1, 2], [2, 3], [3, 4], [0, 5], [5, 6], [6, 7], [7, 8], [5, 9], [9, 10], [10, 11], [11, 12],
  [9, 13], [13, 14], [14, 15], [15, 16], [13, 17], [17, 18], [18, 19], [19, 20], [0, 17],
];
const SURE = "rgb(60, 200, 120)", UNSURE = "rgb(255, 255, 255)", EDGE = "rgb(40, 40, 40)";
const DIMMED = "rgba(0, 0, 0, 0.55)"; // outside the fixed square

export class Overlay {
  constructor(canvas) {
    this.canvas = canvas;
    this.context = canvas.getContext("2d");
  }

  // width, height: the size of the picture below, in pixels.
  show(reading, width, height) {
    const { canvas, context } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    else context.clearRect(0, 0, width, height);
    const colour = reading.letter ? SURE : UNSURE;
    const thickness = Math.max(2, Math.min(width, height) / 160);
    if (reading.landmarks) this.drawSkeleton(reading.landmarks, colour, thickness);
    else if (reading.box) this.drawSquare(reading.box, colour, thickness);
  }

  clear() {
    this.context.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  drawSkeleton(landmarks, colour, thickness) {
    const { context } = this;
    const { width, height } = this.canvas;
    context.lineCap = "round";
    for (const [style, lineWidth] of [[EDGE, thickness + 2], [colour, thickness]]) {
      context.strokeStyle = context.fillStyle = style;
      context.lineWidth = lineWidth;
      context.beginPath();
      for (const [from, to] of BONES) {
        context.moveTo(landmarks[from][0] * width, landmarks[from][1] * height);
        context.lineTo(landmarks[to][0] * width, landmarks[to][1] * height);
      }
      context.stroke();
      context.beginPath();
      for (const [x, y] of landmarks) {
        context.moveTo(x * width, y * height);
        context.arc(x * width, y * height, lineWidth, 0, 2 * Math.PI);
      }
      context.fill();
    }
  }

  drawSquare(box, colour, thickness) {
    const { context } = this;
    const { width, height } = this.canvas;
    const [x, y, right, bottom] = [box[0] * width, box[1] * height, box[2] * width, box[3] * height];
    context.fillStyle = DIMMED;
    context.fillRect(0, 0, width, height);
    context.clearRect(x, y, right - x, bottom - y);
    context.strokeStyle = colour;
    context.lineWidth = thickness;
    context.strokeRect(x + thickness / 2, y + thickness / 2, right - x - thickness, bottom - y - thickness);
  }
}
