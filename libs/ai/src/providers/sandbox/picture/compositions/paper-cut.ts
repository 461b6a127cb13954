import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import { plane, space } from '../../random.js';
import type { Random } from '../../random.js';
import { disc, fractal, glow, groundPath, smoothClosedPath, verticalFill } from '../brush.js';
import { alpha, lighter, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Extent, Layer, Scene } from '../scene.js';

const sheetCount = 7;

interface Hole {
  readonly x: number;
  readonly y: number;
}

/** Sheets of paper with ever smaller holes, one behind the other; in the deepest a small lit landscape. */
export const paperCut: Composition = (scene) => {
  const { width, height, unit } = scene;
  const random = scene.random.fork('paper-cut');
  const hole: Hole = { x: width * random.between(0.46, 0.54), y: height * random.between(0.43, 0.5) };
  const swayPixels = unit * 0.016;
  const stage = innermost(scene, random.fork('stage'), hole, swayPixels);
  const edge = space(random.fork('edge'));
  const jagged = random.between(0.5, 1.3);
  const sheets = Array.from({ length: sheetCount }, (_, index) => sheet(scene, hole, edge, jagged, index, swayPixels));

  return (ctx, phase) => {
    stage(ctx, swing(phase) * swayPixels * 0.2);
    sheets.forEach((paint, index) => {
      const near = (index + 1) / sheetCount;
      paint(ctx, swing(phase) * swayPixels * near, swing(phase, 0.25) * swayPixels * 0.5 * near);
    });
  };
};

/** Sheet 0 lies deepest and has the smallest hole. */
function sheet(
  scene: Scene,
  hole: Hole,
  edge: (x: number, y: number, z: number) => number,
  jagged: number,
  index: number,
  sway: number,
): Layer {
  const { width, height, unit, palette } = scene;
  const near = index / (sheetCount - 1);
  const bleed = sway * 2 + unit * 0.02;
  const reach = { x: width * (0.225 + near * 0.235), y: height * (0.225 + near * 0.235) };
  const points: [number, number][] = [];
  for (let step = 0; step < 90; step += 1) {
    const angle = (step / 90) * Math.PI * 2;
    const wave =
      edge(Math.cos(angle) * 1.25 * jagged, Math.sin(angle) * 1.25 * jagged, index * 0.33) * 0.17 +
      edge(Math.cos(angle) * 3.6 * jagged, Math.sin(angle) * 3.6 * jagged, index * 0.4 + 30) * 0.045;
    points.push([hole.x + Math.cos(angle) * reach.x * (1 + wave), hole.y + Math.sin(angle) * reach.y * (1 + wave)]);
  }
  const rim = smoothClosedPath(points);
  const paper = new Path2D();
  paper.rect(-bleed * 4, -bleed * 4, width + bleed * 8, height + bleed * 8);
  smoothClosedPath(points, paper);
  const color = tone(scene, near);
  return layer(
    scene,
    bleed,
    (ctx) => {
      ctx.save();
      ctx.shadowColor = alpha(mix(palette.ink, '#000000', 0.4), 0.5);
      ctx.shadowBlur = unit * 0.038;
      ctx.shadowOffsetY = unit * 0.014;
      ctx.fillStyle = color;
      ctx.fill(paper, 'evenodd');
      ctx.restore();
      verticalFill(ctx, 0, height, [
        [0, alpha('#ffffff', 0.07)],
        [0.5, alpha('#ffffff', 0)],
        [1, alpha(palette.ink, 0.1)],
      ]);
      ctx.fill(paper, 'evenodd');
      ctx.strokeStyle = alpha(lighter(color, 0.14), 0.55);
      ctx.lineWidth = unit * 0.0024;
      ctx.stroke(rim);
    },
    extentOf(scene, hole, near),
  );
}

/** What the sheet before this one leaves to be seen; its hole is a quarter wider than its mean at most. */
function extentOf({ width, height }: Scene, hole: Hole, near: number): Extent {
  if (near === 1) return {};
  const share = (0.225 + (near + 1 / (sheetCount - 1)) * 0.235) * 1.25;
  return {
    left: hole.x - width * share,
    right: hole.x + width * share,
    top: hole.y - height * share,
    bottom: hole.y + height * share,
  };
}

/** From the lit depth to the dark frame, by way of the palette's own colours. */
function tone({ palette }: Scene, near: number): string {
  const steps = [palette.sky[2], palette.far, palette.sky[1], palette.sky[0], palette.near];
  const at = near * (steps.length - 1);
  const index = Math.min(steps.length - 2, Math.floor(at));
  return mix(steps[index] ?? palette.sky[2], steps[index + 1] ?? palette.near, at - index);
}

function innermost(scene: Scene, random: Random, hole: Hole, bleed: number): Layer {
  const { width, height, unit, palette } = scene;
  const noise = plane(random.fork('hills'));
  const bright = mix(palette.light, palette.sky[2], 0.35);
  const sun = { x: hole.x + unit * random.between(-0.08, 0.08), y: hole.y - unit * random.between(0.02, 0.08) };
  const hills = [0, 1, 2].map((row) => {
    const line: [number, number][] = [];
    for (let x = -bleed; x <= width + bleed; x += unit / 150) {
      line.push([x, hole.y + unit * (0.045 + row * 0.05 - fractal(noise, (x / unit) * 3.2, row * 8, 3) * 0.05)]);
    }
    return { line, color: mix(palette.sky[2], palette.accents[row] ?? palette.far, 0.55 + row * 0.12) };
  });
  const draw = (ctx: SKRSContext2D): void => {
    ctx.fillStyle = bright;
    ctx.fillRect(-bleed, -bleed, width + bleed * 2, height + bleed * 2);
    glow(ctx, sun.x, sun.y, unit * 0.34, mix(palette.light, '#ffffff', 0.55), 0.95);
    disc(ctx, sun.x, sun.y, unit * 0.062, mix(palette.accents[0], palette.light, 0.25));
    for (const { line, color } of hills) {
      ctx.save();
      ctx.shadowColor = alpha(palette.ink, 0.35);
      ctx.shadowBlur = unit * 0.016;
      ctx.fillStyle = color;
      ctx.fill(groundPath(line, height + bleed));
      ctx.restore();
    }
  };
  return layer(scene, bleed, draw, extentOf(scene, hole, -1 / (sheetCount - 1)));
}
