import { createHash } from 'node:crypto';
import { createCanvas } from '@napi-rs/canvas';

export interface FakePicture {
  prompt: string;
  /** Tells the pictures of one request apart. */
  index: number;
  width: number;
  height: number;
  format: 'png' | 'jpeg' | 'webp';
  transparent: boolean;
}

/** A real image file of the asked size: stripes and discs whose colours and places follow from the prompt. */
export async function fakePicture({ prompt, index, width, height, format, transparent }: FakePicture): Promise<Buffer> {
  const bytes = createHash('sha256').update(`${index}:${prompt}`).digest();
  const canvas = createCanvas(width, height);
  const paint = canvas.getContext('2d');
  const hue = (bytes[0] ?? 0) * 1.4;
  if (!transparent) {
    const sky = paint.createLinearGradient(0, 0, width, height);
    sky.addColorStop(0, `hsl(${hue}, 70%, 40%)`);
    sky.addColorStop(1, `hsl(${hue + 70}, 70%, 70%)`);
    paint.fillStyle = sky;
    paint.fillRect(0, 0, width, height);
  }
  for (let disc = 0; disc < 8; disc += 1) {
    const [x = 0, y = 0, size = 0] = bytes.subarray(1 + disc * 3, 4 + disc * 3);
    paint.fillStyle = `hsla(${hue + disc * 40}, 80%, 60%, 0.7)`;
    paint.beginPath();
    paint.arc((x / 255) * width, (y / 255) * height, (0.05 + size / 1500) * Math.min(width, height), 0, Math.PI * 2);
    paint.fill();
  }
  return format === 'png' ? canvas.encode('png') : canvas.encode(format, 85);
}
