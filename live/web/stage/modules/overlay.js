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
    this.paper = canvas.getContext("2d");
  }

  // width, height: of the picture that it lies on, in pixels.
  show(reading, width, height) {
    const { canvas, paper } = this;
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height });
    else paper.clearRect(0, 0, width, height);
    const colour = reading.letter ? SURE : UNSURE;
    const thick = Math.max(2, Math.min(width, height) / 160);
    if (reading.landmarks) this.drawSkeleton(reading.landmarks, colour, thick);
    else if (reading.box) this.drawSquare(reading.box, colour, thick);
  }

  clear() {
    this.paper.clearRect(0, 0, this.canvas.width, this.canvas.height);
  }

  drawSkeleton(landmarks, colour, thick) {
    const { paper } = this;
    const { width, height } = this.canvas;
    paper.lineCap = "round";
    for (const [stroke, wide] of [[EDGE, thick + 2], [colour, thick]]) {
      paper.strokeStyle = paper.fillStyle = stroke;
      paper.lineWidth = wide;
      paper.beginPath();
      for (const [from, to] of BONES) {
        paper.moveTo(landmarks[from][0] * width, landmarks[from][1] * height);
        paper.lineTo(landmarks[to][0] * width, landmarks[to][1] * height);
      }
      paper.stroke();
      paper.beginPath();
      for (const [x, y] of landmarks) {
        paper.moveTo(x * width, y * height);
        paper.arc(x * width, y * height, wide, 0, 2 * Math.PI);
      }
      paper.fill();
    }
  }

  drawSquare(box, colour, thick) {
    const { paper } = this;
    const { width, height } = this.canvas;
    const [x, y, right, bottom] = [box[0] * width, box[1] * height, box[2] * width, box[3] * height];
    paper.fillStyle = DIMMED;
    paper.fillRect(0, 0, width, height);
    paper.clearRect(x, y, right - x, bottom - y);
    paper.strokeStyle = colour;
    paper.lineWidth = thick;
    paper.strokeRect(x + thick / 2, y + thick / 2, right - x - thick, bottom - y - thick);
  }
}
