/** Where on the mask, in pixels of its drawing. */
export interface Point {
  x: number;
  y: number;
}

export interface Size {
  width: number;
  height: number;
}

/** What somebody did to a mask; all of it in order makes the mask, without the last the step is undone. */
export type MaskStep =
  | { kind: 'stroke'; isErasing: boolean; width: number; points: readonly Point[] }
  | { kind: 'clear' }
  | { kind: 'invert' };

/** Drawn at most this large; the file is as large as its picture. */
const LONGEST_SIDE = 2048;
const PAINT = '#ff6a2b';
const HALF = 128;

/** The size of the drawing for a picture: fine enough for any brush, small enough for a phone. */
export function drawingSize({ width, height }: Size): Size {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  return { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
}

/** Draws the whole mask: what is painted is what will be changed. @param base a mask to begin with */
export function drawMask(
  context: CanvasRenderingContext2D,
  base: ImageBitmap | undefined,
  steps: readonly MaskStep[],
): void {
  const { width, height } = context.canvas;
  context.clearRect(0, 0, width, height);
  if (base) {
    fill(context, 'source-over');
    context.globalCompositeOperation = 'destination-out';
    context.drawImage(base, 0, 0, width, height);
  }
  for (const step of steps) {
    if (step.kind === 'clear') context.clearRect(0, 0, width, height);
    else if (step.kind === 'invert') fill(context, 'source-out');
    else drawStroke(context, step);
  }
}

/** Draws a stroke, or the end of one that is still being made. */
export function drawStroke(
  context: CanvasRenderingContext2D,
  { isErasing, width, points }: MaskStep & { kind: 'stroke' },
): void {
  const [first, ...rest] = points;
  if (!first) return;
  context.globalCompositeOperation = isErasing ? 'destination-out' : 'source-over';
  context.strokeStyle = PAINT;
  context.lineCap = 'round';
  context.lineJoin = 'round';
  context.lineWidth = width;
  context.fillStyle = PAINT;
  context.beginPath();
  // A brush that is put down and lifted leaves a dot; a line without length would leave nothing.
  context.arc(first.x, first.y, width / 2, 0, 2 * Math.PI);
  context.fill();
  context.beginPath();
  context.moveTo(first.x, first.y);
  for (const point of rest) context.lineTo(point.x, point.y);
  context.stroke();
}

function fill(context: CanvasRenderingContext2D, operation: GlobalCompositeOperation): void {
  context.globalCompositeOperation = operation;
  context.fillStyle = PAINT;
  context.fillRect(0, 0, context.canvas.width, context.canvas.height);
}

/**
 * The mask as models take it: a PNG as large as the picture, transparent where it is to be changed and opaque elsewhere,
 * nothing in between.
 * @returns undefined when nothing is painted
 */
export async function maskFile(drawing: HTMLCanvasElement, { width, height }: Size): Promise<File | undefined> {
  const hard = new OffscreenCanvas(drawing.width, drawing.height);
  const edges = hard.getContext('2d');
  const whole = new OffscreenCanvas(width, height);
  const context = whole.getContext('2d');
  if (!edges || !context) throw new Error('This browser draws no pictures');
  edges.drawImage(drawing, 0, 0);
  const pixels = edges.getImageData(0, 0, hard.width, hard.height);
  let isPainted = false;
  for (let alpha = 3; alpha < pixels.data.length; alpha += 4) {
    const isInside = (pixels.data[alpha] ?? 0) >= HALF;
    pixels.data[alpha] = isInside ? 255 : 0;
    isPainted ||= isInside;
  }
  if (!isPainted) return undefined;
  edges.putImageData(pixels, 0, 0);
  context.fillRect(0, 0, width, height);
  context.globalCompositeOperation = 'destination-out';
  context.imageSmoothingEnabled = false;
  context.drawImage(hard, 0, 0, width, height);
  return new File([await whole.convertToBlob({ type: 'image/png' })], 'mask.png', { type: 'image/png' });
}
