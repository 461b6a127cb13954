import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../random.js';
import { alpha, mix } from './color.js';
import type { Scene } from './scene.js';

export type Stop = readonly [at: number, color: string];

export function verticalFill(ctx: SKRSContext2D, top: number, bottom: number, stops: readonly Stop[]): void {
  const gradient = ctx.createLinearGradient(0, top, 0, bottom);
  for (const [at, color] of stops) gradient.addColorStop(at, color);
  ctx.fillStyle = gradient;
}

export function horizontalFill(ctx: SKRSContext2D, left: number, right: number, stops: readonly Stop[]): void {
  const gradient = ctx.createLinearGradient(left, 0, right, 0);
  for (const [at, color] of stops) gradient.addColorStop(at, color);
  ctx.fillStyle = gradient;
}

/** The sky over the whole frame, with steps in between so that the blend stays clean. */
export function paintSky(ctx: SKRSContext2D, scene: Scene, horizon: number): void {
  const [top, middle, low] = scene.palette.sky;
  verticalFill(ctx, 0, horizon, [
    [0, top],
    [0.28, mix(top, middle, 0.5)],
    [0.55, middle],
    [0.8, mix(middle, low, 0.55)],
    [1, low],
  ]);
  ctx.fillRect(0, 0, scene.width, scene.height);
}

/** A soft light: full in the middle, gone at the radius. */
export function glow(ctx: SKRSContext2D, x: number, y: number, radius: number, color: string, opacity: number): void {
  const gradient = ctx.createRadialGradient(x, y, 0, x, y, radius);
  gradient.addColorStop(0, alpha(color, opacity));
  gradient.addColorStop(0.25, alpha(color, opacity * 0.56));
  gradient.addColorStop(0.5, alpha(color, opacity * 0.25));
  gradient.addColorStop(0.75, alpha(color, opacity * 0.06));
  gradient.addColorStop(1, alpha(color, 0));
  ctx.fillStyle = gradient;
  ctx.fillRect(x - radius, y - radius, radius * 2, radius * 2);
}

export function disc(ctx: SKRSContext2D, x: number, y: number, radius: number, fill?: string): void {
  if (fill !== undefined) ctx.fillStyle = fill;
  ctx.beginPath();
  ctx.arc(x, y, radius, 0, Math.PI * 2);
  ctx.fill();
}

/** Sun or moon: the body and the light around it. */
export function paintLuminary(
  ctx: SKRSContext2D,
  at: { x: number; y: number; radius: number },
  color: string,
  halo: string,
): void {
  glow(ctx, at.x, at.y, at.radius * 7, halo, 0.5);
  glow(ctx, at.x, at.y, at.radius * 2.4, color, 0.6);
  disc(ctx, at.x, at.y, at.radius, color);
}

export interface Star {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly brightness: number;
  readonly start: number;
}

/** Stars over the upper part of the frame: many faint ones, few bright ones. */
export function scatterStars(scene: Scene, random: Random, count: number, depth: number): Star[] {
  return Array.from({ length: count }, () => {
    const rank = random.next() ** 3;
    return {
      x: random.next() * scene.width,
      y: random.next() ** 1.2 * depth,
      radius: scene.unit * (0.0007 + rank * 0.0017),
      brightness: 0.25 + rank * 0.7,
      start: random.next(),
    };
  });
}

export function paintStars(ctx: SKRSContext2D, stars: readonly Star[], color: string, phase: number): void {
  ctx.fillStyle = color;
  for (const star of stars) {
    ctx.globalAlpha = star.brightness * (0.78 + 0.22 * Math.sin((phase + star.start) * 2 * Math.PI));
    ctx.beginPath();
    ctx.arc(star.x, star.y, star.radius, 0, Math.PI * 2);
    ctx.fill();
  }
  ctx.globalAlpha = 1;
}

/** The ground under a line of heights, down to `bottom`. */
export function groundPath(points: readonly (readonly [number, number])[], bottom: number): Path2D {
  const path = new Path2D();
  const first = points[0];
  const last = points.at(-1);
  if (!first || !last) return path;
  path.moveTo(first[0], bottom);
  for (const [x, y] of points) path.lineTo(x, y);
  path.lineTo(last[0], bottom);
  path.closePath();
  return path;
}

/** A closed smooth curve through the points (quadratic, through the midpoints). */
export function smoothClosedPath(points: readonly (readonly [number, number])[], path = new Path2D()): Path2D {
  const count = points.length;
  for (let i = 0; i <= count; i += 1) {
    const here = points[i % count];
    const next = points[(i + 1) % count];
    if (!here || !next) break;
    const middleX = (here[0] + next[0]) / 2;
    const middleY = (here[1] + next[1]) / 2;
    if (i === 0) path.moveTo(middleX, middleY);
    else path.quadraticCurveTo(here[0], here[1], middleX, middleY);
  }
  path.closePath();
  return path;
}

/** Fractal noise: octaves of halving size, in about [-1, 1]. */
export function fractal(noise: (x: number, y: number) => number, x: number, y: number, octaves: number): number {
  let sum = 0;
  let weight = 1;
  let total = 0;
  let scale = 1;
  for (let octave = 0; octave < octaves; octave += 1) {
    sum += noise(x * scale, y + octave * 17.3) * weight;
    total += weight;
    weight *= 0.5;
    scale *= 2.03;
  }
  return sum / total;
}
