import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc, glow, horizontalFill, verticalFill } from '../brush.js';
import { alpha, lighter, mix } from '../color.js';
import { swing } from '../scene.js';
import type { Scene } from '../scene.js';

/** Where a plinth stands, in pixels: its middle, the line it stands on, its size. */
export interface Stand {
  readonly x: number;
  readonly foot: number;
  readonly wide: number;
  readonly tall: number;
}

export function paintRoom(ctx: SKRSContext2D, { width, height, unit }: Scene, wall: string, floor: number): void {
  verticalFill(ctx, 0, height, [
    [0, lighter(wall, -0.06)],
    [0.5, wall],
    [floor / height - 0.03, lighter(wall, 0.025)],
    [floor / height + 0.04, lighter(wall, -0.035)],
    [1, lighter(wall, 0.02)],
  ]);
  ctx.fillRect(0, 0, width, height);
  glow(ctx, width * 0.3, height * 0.3, unit * 0.9, lighter(wall, 0.14), 0.5);
}

export function paintArch(
  ctx: SKRSContext2D,
  scene: Scene,
  random: Random,
  middle: number,
  floor: number,
  color: string,
): void {
  const { unit, palette } = scene;
  const half = unit * random.between(0.26, 0.32);
  const crown = floor - unit * random.between(0.34, 0.4);
  if (random.chance(0.3)) {
    disc(ctx, middle, floor - unit * 0.32, unit * 0.33, color);
    return;
  }
  const arch = (shift: number): void => {
    ctx.beginPath();
    ctx.moveTo(middle - half + shift, floor);
    ctx.lineTo(middle - half + shift, crown);
    ctx.arc(middle + shift, crown, half, Math.PI, 0);
    ctx.lineTo(middle + half + shift, floor);
    ctx.closePath();
  };
  arch(0);
  ctx.fillStyle = lighter(color, -0.09);
  ctx.fill();
  ctx.save();
  ctx.clip();
  arch(unit * 0.028);
  verticalFill(ctx, crown - half, floor, [
    [0, lighter(color, -0.02)],
    [1, lighter(color, 0.06)],
  ]);
  ctx.fill();
  horizontalFill(ctx, middle - half, middle + half, [
    [0, alpha(palette.ink, 0.2)],
    [0.3, alpha(palette.ink, 0)],
  ]);
  ctx.fillRect(middle - half, crown - half, half * 2, floor - crown + half);
  ctx.restore();
}

/** Sun through a window: slanted panes of light on the wall. */
export function paintWindowLight(ctx: SKRSContext2D, scene: Scene, random: Random): void {
  const { width, height, unit } = scene;
  const left = width * random.between(0.04, 0.2);
  const skew = random.between(0.2, 0.4);
  for (let row = 0; row < 3; row += 1) {
    for (let column = 0; column < 2; column += 1) {
      const x = left + column * unit * 0.24;
      const y = height * 0.08 + row * unit * 0.2;
      ctx.fillStyle = alpha('#fff6e0', 0.17);
      ctx.beginPath();
      ctx.moveTo(x, y + column * unit * 0.24 * skew);
      ctx.lineTo(x + unit * 0.22, y + (column * 0.24 + 0.22) * unit * skew);
      ctx.lineTo(x + unit * 0.22, y + (column * 0.24 + 0.22) * unit * skew + unit * 0.18);
      ctx.lineTo(x, y + column * unit * 0.24 * skew + unit * 0.18);
      ctx.fill();
    }
  }
}

/** A round plinth. */
export function plinth(ctx: SKRSContext2D, scene: Scene, at: Stand, color: string): void {
  const { unit, palette } = scene;
  const half = at.wide / 2;
  const round = half * 0.2;
  const top = at.foot - at.tall;
  contactShadow(ctx, at.x + unit * 0.05, at.foot + round * 0.2, half * 1.3, round * 1.45, palette.ink);
  horizontalFill(ctx, at.x - half, at.x + half, [
    [0, lighter(color, -0.01)],
    [0.22, lighter(color, 0.05)],
    [0.6, lighter(color, -0.05)],
    [0.92, lighter(color, -0.15)],
    [1, lighter(color, -0.12)],
  ]);
  ctx.beginPath();
  ctx.moveTo(at.x - half, top);
  ctx.lineTo(at.x - half, at.foot);
  ctx.ellipse(at.x, at.foot, half, round, 0, Math.PI, 0, true);
  ctx.lineTo(at.x + half, top);
  ctx.closePath();
  ctx.fill();
  horizontalFill(ctx, at.x - half, at.x + half, [
    [0, lighter(color, 0.11)],
    [1, lighter(color, 0.02)],
  ]);
  ctx.beginPath();
  ctx.ellipse(at.x, top, half, round, 0, 0, Math.PI * 2);
  ctx.fill();
}

/** What a thing leaves on the ground right below it. */
export function contactShadow(
  ctx: SKRSContext2D,
  x: number,
  y: number,
  halfWide: number,
  halfTall: number,
  ink: string,
): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.scale(1, halfTall / halfWide);
  glow(ctx, 0, 0, halfWide, ink, 0.5);
  ctx.restore();
}

export function sphere(ctx: SKRSContext2D, x: number, y: number, radius: number, color: string, ink: string): void {
  const body = ctx.createRadialGradient(
    x - radius * 0.4,
    y - radius * 0.45,
    radius * 0.05,
    x - radius * 0.1,
    y - radius * 0.1,
    radius * 1.2,
  );
  body.addColorStop(0, lighter(color, 0.2));
  body.addColorStop(0.35, lighter(color, 0.04));
  body.addColorStop(0.8, mix(color, ink, 0.35));
  body.addColorStop(1, mix(color, ink, 0.5));
  ctx.fillStyle = body;
  disc(ctx, x, y, radius);
}

/** A vase with two twigs that sway a little. */
export function vase(
  scene: Scene,
  random: Random,
): (ctx: SKRSContext2D, on: Stand, side: number, phase: number) => void {
  const { unit, palette } = scene;
  const green = mix(palette.accents[1], '#3f6b4b', 0.6);
  const pairs = random.whole(5, 7);
  const clay = mix(palette.accents[2], palette.paper, 0.4);
  return (ctx, on, side, phase) => {
    const top = on.foot - on.tall;
    contactShadow(ctx, on.x + unit * 0.02, top + unit * 0.003, unit * 0.075, unit * 0.015, palette.ink);
    ctx.save();
    ctx.translate(on.x, top);
    ctx.scale(side * unit, unit);
    for (const [lean, tall] of [
      [0.16, 0.36],
      [-0.2, 0.27],
    ] as const) {
      ctx.save();
      ctx.translate(0, -0.1);
      ctx.rotate(lean + 0.02 * swing(phase, lean));
      paintTwig(ctx, { tall, pairs, green, bark: mix(green, palette.ink, 0.3) });
      ctx.restore();
    }
    paintVase(ctx, clay, palette.ink);
    ctx.restore();
  };
}

function paintTwig(ctx: SKRSContext2D, twig: { tall: number; pairs: number; green: string; bark: string }): void {
  const { tall, pairs, green } = twig;
  ctx.strokeStyle = twig.bark;
  ctx.lineWidth = 0.005;
  ctx.beginPath();
  ctx.moveTo(0, 0.02);
  ctx.quadraticCurveTo(0.03, -tall * 0.5, 0, -tall);
  ctx.stroke();
  for (let pair = 1; pair <= pairs; pair += 1) {
    const up = pair / pairs;
    const half = 0.045 * (1.25 - up * 0.5);
    for (const hand of [-1, 1]) {
      ctx.save();
      ctx.translate(0.06 * up * (1 - up), -tall * up);
      ctx.rotate(hand * (1.05 - up * 0.5));
      ctx.fillStyle = lighter(green, 0.05 * hand + 0.08 * up);
      ctx.beginPath();
      ctx.ellipse(0, -half, 0.017, half, 0, 0, Math.PI * 2);
      ctx.fill();
      ctx.restore();
    }
  }
}

function paintVase(ctx: SKRSContext2D, clay: string, ink: string): void {
  horizontalFill(ctx, -0.06, 0.06, [
    [0, lighter(clay, 0.04)],
    [0.3, lighter(clay, 0.09)],
    [1, mix(clay, ink, 0.32)],
  ]);
  ctx.beginPath();
  ctx.moveTo(-0.02, -0.125);
  ctx.bezierCurveTo(-0.012, -0.09, -0.062, -0.085, -0.06, -0.045);
  ctx.bezierCurveTo(-0.058, -0.012, -0.036, 0, -0.03, 0.002);
  ctx.lineTo(0.03, 0.002);
  ctx.bezierCurveTo(0.036, 0, 0.058, -0.012, 0.06, -0.045);
  ctx.bezierCurveTo(0.062, -0.085, 0.012, -0.09, 0.02, -0.125);
  ctx.closePath();
  ctx.fill();
}
