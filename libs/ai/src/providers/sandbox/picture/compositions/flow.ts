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

type Point = readonly [number, number];

/** A current over the frame, and which of its cells already have a strand in them. */
class Current {
  readonly gap: number;
  private readonly bend: (x: number, y: number, z: number) => number;
  private readonly scale: number;
  private readonly lean: number;
  private readonly columns: number;
  private readonly taken: Uint8Array;

  constructor(
    private readonly scene: Scene,
    random: Random,
  ) {
    this.bend = space(random.fork('bend'));
    this.gap = scene.unit * random.pick([0.009, 0.012, 0.016]);
    this.scale = random.between(0.75, 1.5);
    this.lean = random.between(0, Math.PI * 2);
    this.columns = Math.ceil(scene.width / this.gap) + 4;
    this.taken = new Uint8Array(this.columns * (Math.ceil(scene.height / this.gap) + 4));
  }

  isTaken(x: number, y: number): boolean {
    return this.taken[this.cell(x, y)] === 1;
  }

  take(points: readonly Point[]): void {
    for (const [x, y] of points) this.taken[this.cell(x, y)] = 1;
  }

  /** Which stretch of the frame a point belongs to, 0 to 1: neighbours wear one colour. */
  region(x: number, y: number): number {
    const { unit } = this.scene;
    return 0.5 + 0.5 * this.bend((x / unit) * 0.8, (y / unit) * 0.8, 20);
  }

  /** Follows the current from a point until it leaves the frame or meets another strand. */
  trace(fromX: number, fromY: number, direction: 1 | -1): Point[] {
    const { width, height } = this.scene;
    const { gap } = this;
    const line: Point[] = [];
    let x = fromX;
    let y = fromY;
    let last = this.cell(x, y);
    for (let step = 0; step < 130; step += 1) {
      const turn = this.angle(x, y);
      x += Math.cos(turn) * gap * 0.55 * direction;
      y += Math.sin(turn) * gap * 0.55 * direction;
      if (x <= -gap || y <= -gap || x >= width + gap || y >= height + gap) break;
      const here = this.cell(x, y);
      if (here !== last && this.taken[here] === 1) break;
      last = here;
      line.push([x, y]);
    }
    return line;
  }

  private angle(x: number, y: number): number {
    const along = (x / this.scene.unit) * this.scale;
    const down = (y / this.scene.unit) * this.scale;
    return this.lean + this.bend(along, down, 0) * 2.6 + this.bend(along * 2.6, down * 2.6, 7) * 0.35;
  }

  private cell(x: number, y: number): number {
    return (Math.floor(y / this.gap) + 2) * this.columns + Math.floor(x / this.gap) + 2;
  }
}

/**
 * Evenly spaced streamlines: a strand ends where it would come too near another one. After Jobard and Lefer, "Creating
 * evenly-spaced streamlines of arbitrary density" (1997), with random instead of neighbouring seeds.
 */
function comb(scene: Scene, random: Random, dark: boolean): Strand[] {
  const { width, height, palette } = scene;
  const current = new Current(scene, random);
  const colors = [...palette.accents, palette.accents[0], dark ? palette.light : palette.ink].filter(
    (color) => Math.abs(lightness(color) - (dark ? 0.2 : 0.96)) > 0.16,
  );
  const strands: Strand[] = [];
  const tries = Math.min(9000, Math.round((width * height) / (current.gap * current.gap * 1.4)));
  for (let attempt = 0; attempt < tries; attempt += 1) {
    const x = random.next() * width;
    const y = random.next() * height;
    const shade = random.next();
    const wide = random.between(0.35, 0.86);
    const start = random.next();
    if (current.isTaken(x, y)) continue;
    const before = current.trace(x, y, -1).reverse();
    const points: Point[] = [...before, [x, y], ...current.trace(x, y, 1)];
    if (points.length < 9) continue;
    current.take(points);
    const tint = current.region(x, y) * 0.85 + shade * 0.15;
    const color = colors[Math.min(colors.length - 1, Math.floor(tint * colors.length))];
    strands.push({ points, color: color ?? palette.ink, wide: current.gap * wide, start });
  }
  return strands;
}
