import { createCanvas } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../random.js';
import type { Frame } from './label.js';

const tilePixels = 256;

/** Darker corners: the eye stays in the picture. */
export function paintVignette(ctx: SKRSContext2D, { width, height }: Frame): void {
  const reach = Math.hypot(width, height) / 2;
  const shade = ctx.createRadialGradient(width / 2, height / 2, reach * 0.55, width / 2, height / 2, reach);
  shade.addColorStop(0, 'rgba(0,0,0,0)');
  shade.addColorStop(1, 'rgba(0,0,0,0.14)');
  ctx.fillStyle = shade;
  ctx.fillRect(0, 0, width, height);
}

/** The grain of a print. It also breaks the steps that eight bits leave in a long gradient. */
export function paintGrain(ctx: SKRSContext2D, { width, height }: Frame, random: Random): void {
  const tile = createCanvas(tilePixels, tilePixels);
  const own = tile.getContext('2d');
  const image = own.createImageData(tilePixels, tilePixels);
  for (let at = 0; at < image.data.length; at += 4) {
    const value = 128 + (random.next() + random.next() - 1) * 127;
    image.data[at] = value;
    image.data[at + 1] = value;
    image.data[at + 2] = value;
    image.data[at + 3] = 255;
  }
  own.putImageData(image, 0, 0);
  ctx.save();
  ctx.globalCompositeOperation = 'soft-light';
  ctx.globalAlpha = 0.13;
  const coarse = Math.max(1, Math.min(width, height) / 1400);
  ctx.scale(coarse, coarse);
  ctx.fillStyle = ctx.createPattern(tile, 'repeat');
  ctx.fillRect(0, 0, width / coarse, height / coarse);
  ctx.restore();
}
