import { createCanvas } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { plane, space } from '../../random.js';
import type { Random } from '../../random.js';
import { fractal, groundPath, paintSky, paintStars, scatterStars, verticalFill } from '../brush.js';
import { alpha, mix } from '../color.js';
import { layer } from '../scene.js';
import type { Composition, Layer, Painter, Scene } from '../scene.js';

/** Light has no edges: the curtains are painted this fine (pixels per unit at most) and scaled up. */
const veilUnit = { still: 900, moving: 84 } as const;

/** Curtains of light over a range and its lake. */
export const aurora: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('aurora');
  const lake = height * random.between(0.74, 0.8);
  const sky = layer(scene, 0, (ctx) => {
    paintSky(ctx, scene, lake * 1.1);
  });
  const stars = scatterStars(scene, random.fork('stars'), 260, lake);
  const scale = Math.min(1, (scene.moving ? veilUnit.moving : veilUnit.still) / unit);
  const curtains = [0, 1, 2].map((index) => curtain(scene, random.fork(`curtain${index}`), { index, lake, scale }));
  const hills = range(scene, random.fork('range'), lake);
  const water = layer(scene, 0, (ctx) => paintWater(ctx, scene, lake), { top: lake });
  const veil = createCanvas(Math.ceil(width * scale), Math.ceil(lake * scale));
  const light = veil.getContext('2d');

  return (ctx, phase) => {
    light.setTransform(1, 0, 0, 1, 0, 0);
    light.clearRect(0, 0, veil.width, veil.height);
    light.globalCompositeOperation = 'screen';
    for (const paint of curtains) paint(light, phase);
    light.globalCompositeOperation = 'source-over';
    light.globalAlpha = 1;

    sky(ctx);
    paintStars(ctx, stars, palette.light, phase);
    ctx.globalCompositeOperation = 'screen';
    ctx.drawImage(veil, 0, 0, width, lake);
    ctx.globalCompositeOperation = 'source-over';
    hills(ctx);
    water(ctx);
    ctx.save();
    ctx.globalCompositeOperation = 'screen';
    ctx.globalAlpha = 0.7;
    ctx.translate(0, lake * 1.34);
    ctx.scale(1, -0.34);
    ctx.drawImage(veil, 0, 0, width, lake);
    ctx.restore();
    paintRipples(ctx, scene, lake);
  };
};

/** One curtain: columns of light side by side, each bright at its foot, on a canvas of another scale. */
function curtain(
  scene: Scene,
  random: Random,
  { index, lake, scale }: { index: number; lake: number; scale: number },
): Painter {
  const { width, unit, palette } = scene;
  const fold = space(random.fork('fold'));
  const shade = space(random.fork('shade'));
  const low = palette.accents[index === 2 ? 1 : 0];
  const high = palette.accents[index === 0 ? 2 : index + 1] ?? low;
  const foot = lake * (0.5 + 0.14 * index);
  const tall = unit * random.between(0.34, 0.5) * (1 - index * 0.14);
  const strength = 0.46 - index * 0.07;
  const count = Math.ceil((width / unit) * (scene.moving ? 56 : 240));
  // Columns overlap several times: a single one is never seen.
  const overlap = 4;
  const wide = (width / count) * overlap;
  return (ctx, phase) => {
    // One gradient, one unit tall, stretched over every column.
    verticalFill(ctx, 0, 1, [
      [0, alpha(high, 0)],
      [0.3, alpha(high, 0.16)],
      [0.62, alpha(mix(high, low, 0.6), 0.46)],
      [0.86, alpha(low, 0.92)],
      [0.93, alpha(mix(low, '#ffffff', 0.3), 0.8)],
      [1, alpha(low, 0)],
    ]);
    // The noise is read along a circle, so that the end of a cycle meets its beginning.
    const ringX = Math.cos(phase * 2 * Math.PI) * 0.16;
    const ringY = Math.sin(phase * 2 * Math.PI) * 0.16;
    for (let column = 0; column < count; column += 1) {
      const along = (column / count) * (width / unit);
      const bend = fold(along * 0.85, index * 9 + ringX, ringY);
      const drape = fold(along * 2.6, index * 9 + 4 + ringX, ringY);
      const bright = 0.5 + 0.5 * shade(along * 3.4 + bend * 1.5, index * 5 + ringX, ringY);
      const reach = tall * (0.65 + 0.55 * bright);
      const y = foot + bend * unit * 0.13 + drape * unit * 0.035;
      const x = (column / count) * width - wide / 2 + drape * unit * 0.02;
      ctx.globalAlpha = strength * (0.18 + 0.82 * bright ** 1.6);
      ctx.setTransform(wide * scale, 0, 0, reach * scale, x * scale, (y - reach) * scale);
      ctx.fillRect(0, 0, 1, 1);
    }
  };
}

function range(scene: Scene, random: Random, lake: number): Layer {
  const { width, unit, palette } = scene;
  const noise = plane(random);
  const rows = [0, 1].map((row) => {
    const line: [number, number][] = [];
    for (let x = 0; x <= width + unit / 200; x += unit / 200) {
      const peak = (1 - Math.abs(fractal(noise, (x / unit) * (1.3 + row * 0.5), row * 7, 5))) ** 2.2;
      line.push([x, lake - unit * (peak * (0.2 - row * 0.1) + 0.012)]);
    }
    return { line, color: mix(palette.far, palette.near, 0.35 + row * 0.55) };
  });
  const draw = (ctx: SKRSContext2D): void => {
    for (const { line, color } of rows) {
      verticalFill(ctx, lake - unit * 0.2, lake, [
        [0, color],
        [1, mix(color, palette.sky[2], 0.22)],
      ]);
      ctx.fill(groundPath(line, lake + 1));
    }
  };
  return layer(scene, 0, draw, { top: lake - unit * 0.24, bottom: lake + 1 });
}

function paintWater(ctx: SKRSContext2D, { width, height, palette }: Scene, lake: number): void {
  verticalFill(ctx, lake, height, [
    [0, mix(palette.near, palette.sky[2], 0.5)],
    [0.5, mix(palette.near, palette.sky[1], 0.6)],
    [1, palette.near],
  ]);
  ctx.fillRect(0, lake, width, height - lake);
}

function paintRipples(ctx: SKRSContext2D, { width, height, unit, palette }: Scene, lake: number): void {
  ctx.fillStyle = alpha(palette.near, 0.34);
  for (let row = 0; row < 26; row += 1) {
    const down = (row / 26) ** 1.5;
    ctx.fillRect(0, lake + (height - lake) * down, width, unit * (0.0012 + 0.004 * down));
  }
  ctx.fillStyle = alpha(palette.light, 0.16);
  ctx.fillRect(0, lake, width, unit * 0.0016);
}
