import { Path2D } from '@napi-rs/canvas';
import { space } from '../../random.js';
import type { Random } from '../../random.js';
import { alpha, lightness, mix } from '../color.js';
import { layer } from '../scene.js';
import type { Composition, Scene } from '../scene.js';

interface Strand {
  readonly points: readonly (readonly [number, number])[];
  readonly color: string;
  readonly wide: number;
  readonly start: number;
}

/** Hundreds of strands combed by an invisible current, each keeping its distance from the others. */
export const flow: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('flow');
  const dark = random.chance(0.45);
  const ground = dark ? mix(palette.ink, palette.sky[0], 0.25) : palette.paper;
  const strands = comb(scene, random, dark);
  const still = layer(scene, 0, (ctx) => {
    ctx.fillStyle = ground;
    ctx.fillRect(0, 0, width, height);
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    for (const strand of strands) {
      ctx.strokeStyle = strand.color;
      ctx.lineWidth = strand.wide;
      ctx.stroke(smooth(strand.points));
    }
  });
  const runners = strands.filter((strand, index) => strand.points.length > 24 && index % 5 === 0).slice(0, 70);
  const spark = dark ? palette.light : mix(palette.paper, '#ffffff', 0.6);

  return (ctx, phase) => {
    still(ctx);
    if (!scene.moving) return;
    ctx.lineCap = 'round';
    for (const runner of runners) {
      const count = runner.points.length;
      const tail = Math.max(6, Math.floor(count * 0.28));
      const head = Math.floor(((phase + runner.start) % 1) * (count + tail));
      const lit = runner.points.slice(Math.max(0, head - tail), Math.min(count, head));
      if (lit.length < 3) continue;
      ctx.strokeStyle = alpha(spark, 0.8);
      ctx.lineWidth = Math.max(unit * 0.002, runner.wide * 0.42);
      ctx.stroke(smooth(lit));
    }
  };
};

function smooth(points: readonly (readonly [number, number])[]): Path2D {
  const path = new Path2D();
  points.forEach(([x, y], at) => {
    const next = points[at + 1];
    if (at === 0) path.moveTo(x, y);
    else if (next) path.quadraticCurveTo(x, y, (x + next[0]) / 2, (y + next[1]) / 2);
    else path.lineTo(x, y);
  });
  return path;
}

/**
 * Evenly spaced streamlines: a strand ends where it would come too near another one. After Jobard and Lefer, "Creating
 * evenly-spaced streamlines of arbitrary density" (1997), with random instead of neighbouring seeds.
 */
function comb(scene: Scene, random: Random, dark: boolean): Strand[] {
  const { width, height, unit, palette } = scene;
  const bend = space(random.fork('bend'));
  const gap = unit * random.pick([0.009, 0.012, 0.016]);
  const scale = random.between(0.75, 1.5);
  const lean = random.between(0, Math.PI * 2);
  const columns = Math.ceil(width / gap) + 4;
  const taken = new Uint8Array(columns * (Math.ceil(height / gap) + 4));
  const cell = (x: number, y: number): number => (Math.floor(y / gap) + 2) * columns + Math.floor(x / gap) + 2;
  const inside = (x: number, y: number): boolean => x > -gap && y > -gap && x < width + gap && y < height + gap;
  const angle = (x: number, y: number): number =>
    lean +
    bend((x / unit) * scale, (y / unit) * scale, 0) * 2.6 +
    bend((x / unit) * scale * 2.6, (y / unit) * scale * 2.6, 7) * 0.35;
  const colors = [...palette.accents, palette.accents[0], dark ? palette.light : palette.ink].filter(
    (color) => Math.abs(lightness(color) - (dark ? 0.2 : 0.96)) > 0.16,
  );

  const trace = (fromX: number, fromY: number, direction: 1 | -1): [number, number][] => {
    const line: [number, number][] = [];
    let x = fromX;
    let y = fromY;
    let last = cell(x, y);
    for (let step = 0; step < 130; step += 1) {
      const turn = angle(x, y);
      x += Math.cos(turn) * gap * 0.55 * direction;
      y += Math.sin(turn) * gap * 0.55 * direction;
      if (!inside(x, y)) break;
      const here = cell(x, y);
      if (here !== last && taken[here] === 1) break;
      last = here;
      line.push([x, y]);
    }
    return line;
  };

  const strands: Strand[] = [];
  const tries = Math.min(9000, Math.round((width * height) / (gap * gap * 1.4)));
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const x = random.next() * width;
    const y = random.next() * height;
    const shade = random.next();
    const wide = random.between(0.35, 0.86);
    const start = random.next();
    if (taken[cell(x, y)] === 1) continue;
    const points = [...trace(x, y, -1).reverse(), [x, y] as [number, number], ...trace(x, y, 1)];
    if (points.length < 9) continue;
    for (const [px, py] of points) taken[cell(px, py)] = 1;
    const region = 0.5 + 0.5 * bend((x / unit) * 0.8, (y / unit) * 0.8, 20);
    const color = colors[Math.min(colors.length - 1, Math.floor((region * 0.85 + shade * 0.15) * colors.length))];
    strands.push({ points, color: color ?? palette.ink, wide: gap * wide, start });
  }
  return strands;
}
