import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc } from '../brush.js';
import { alpha, lighter, mix } from '../color.js';

// A bust one unit tall: x runs from -0.5 to 0.5, y from 0 (the lower edge) up to -1; the head spans -0.765 to -0.4.

const neck =
  'M-0.068 -0.46 L-0.068 -0.33 C-0.07 -0.27 -0.16 -0.25 -0.24 -0.2 L-0.2 -0.08 L0.2 -0.08 L0.24 -0.2 C0.16 -0.25 0.07 -0.27 0.068 -0.33 L0.068 -0.46 Z';
const chinShadow =
  'M-0.068 -0.43 C-0.04 -0.36 0.03 -0.345 0.068 -0.4 L0.068 -0.345 C0.02 -0.3 -0.04 -0.32 -0.068 -0.36 Z';
const head =
  'M-0.125 -0.6 C-0.13 -0.72 -0.07 -0.765 0 -0.765 C0.07 -0.765 0.13 -0.72 0.125 -0.6 C0.122 -0.5 0.07 -0.405 0 -0.4 C-0.07 -0.405 -0.122 -0.5 -0.125 -0.6 Z';
const faceShade = 'M0.045 -0.78 C0.085 -0.62 0.075 -0.48 0 -0.39 L0.16 -0.39 L0.16 -0.78 Z';
const armShade =
  'M-0.46 0.05 L-0.46 -0.2 C-0.36 -0.18 -0.33 -0.08 -0.32 0.05 Z M0.46 0.05 L0.46 -0.2 C0.36 -0.18 0.33 -0.08 0.32 0.05 Z';
const lids = 'M-0.086 -0.585 Q-0.056 -0.562 -0.027 -0.583 M0.027 -0.583 Q0.056 -0.562 0.086 -0.585';
const lashes =
  'M-0.086 -0.585 l-0.01 -0.003 M-0.074 -0.576 l-0.009 0.006 M0.086 -0.585 l0.01 -0.003 M0.074 -0.576 l0.009 0.006';
const brows = 'M-0.092 -0.632 Q-0.058 -0.654 -0.026 -0.634 M0.026 -0.634 Q0.058 -0.654 0.092 -0.632';
const nose = 'M-0.004 -0.588 C-0.006 -0.55 -0.024 -0.524 -0.014 -0.515 Q-0.002 -0.507 0.012 -0.514';
const upperLip =
  'M-0.036 -0.464 C-0.02 -0.476 -0.008 -0.479 0 -0.473 C0.008 -0.479 0.02 -0.476 0.036 -0.464 C0.02 -0.461 -0.02 -0.461 -0.036 -0.464 Z';
const lowerLip = 'M-0.036 -0.463 C-0.02 -0.46 0.02 -0.46 0.036 -0.463 C0.022 -0.441 -0.022 -0.441 -0.036 -0.463 Z';
const freckleSpots = [
  [-0.07, -0.545],
  [-0.055, -0.533],
  [-0.04, -0.546],
  [0.05, -0.545],
  [0.066, -0.534],
  [0.08, -0.547],
] as const;
/** Necklines, from left to right shoulder; each begins with its starting point. */
const cuts = [
  ['-0.13 -0.275', 'C-0.08 -0.2 0.08 -0.2 0.13 -0.275'],
  ['-0.13 -0.275', 'L0 -0.13 L0.13 -0.275'],
  ['-0.082 -0.33', 'C-0.05 -0.29 0.05 -0.29 0.082 -0.33'],
  ['-0.24 -0.215', 'C-0.1 -0.14 0.1 -0.14 0.24 -0.215'],
] as const;

export function paintNeck(ctx: SKRSContext2D, skin: string): void {
  ctx.fillStyle = lighter(skin, -0.045);
  ctx.fill(new Path2D(neck));
  ctx.fillStyle = alpha(lighter(skin, -0.16), 0.55);
  ctx.fill(new Path2D(chinShadow));
}

/** Shoulders and their clothes: one of four cuts, plain or patterned. */
export function garment(random: Random, cloth: string, trim: string, paper: string): (ctx: SKRSContext2D) => void {
  const [start, neckline] = random.pick(cuts);
  const collar = new Path2D(`M${start} ${neckline}`);
  const body = new Path2D(
    `M${start} ${neckline} C0.25 -0.25 0.37 -0.225 0.42 -0.12 C0.44 -0.07 0.45 0 0.46 0.03 L-0.46 0.03 C-0.45 0 -0.44 -0.07 -0.42 -0.12 C-0.37 -0.225 -0.25 -0.25 ${start} Z`,
  );
  const pattern = random.pick([paintStripes, paintSpots, paintScales, undefined]);
  const second = random.chance(0.5) ? trim : paper;
  return (ctx) => {
    ctx.fillStyle = cloth;
    ctx.fill(body);
    ctx.save();
    ctx.clip(body);
    ctx.fillStyle = alpha(second, 0.85);
    ctx.strokeStyle = alpha(second, 0.85);
    pattern?.(ctx);
    ctx.fillStyle = alpha('#000000', 0.1);
    ctx.fill(new Path2D(armShade));
    ctx.restore();
    ctx.strokeStyle = lighter(cloth, -0.08);
    ctx.lineWidth = 0.012;
    ctx.lineCap = 'round';
    ctx.stroke(collar);
  };
}

function paintStripes(ctx: SKRSContext2D): void {
  ctx.lineWidth = 0.011;
  for (let line = 0; line < 9; line += 1) {
    ctx.beginPath();
    ctx.moveTo(-0.5, -0.2 + line * 0.038);
    ctx.quadraticCurveTo(0, -0.13 + line * 0.038, 0.5, -0.2 + line * 0.038);
    ctx.stroke();
  }
}

function paintSpots(ctx: SKRSContext2D): void {
  for (let row = 0; row < 7; row += 1) {
    for (let column = -8; column <= 8; column += 1) {
      disc(ctx, column * 0.056 + (row % 2) * 0.028, -0.26 + row * 0.048, 0.0085);
    }
  }
}

function paintScales(ctx: SKRSContext2D): void {
  ctx.lineWidth = 0.006;
  for (let row = 0; row < 7; row += 1) {
    for (let column = -6; column <= 6; column += 1) {
      ctx.beginPath();
      ctx.arc(column * 0.08 + (row % 2) * 0.04, -0.26 + row * 0.045, 0.036, 0, Math.PI);
      ctx.stroke();
    }
  }
}

/** Head and face, eyes closed. */
export function features(random: Random, skin: string, trim: string): (ctx: SKRSContext2D) => void {
  const lip = mix(skin, '#a8323e', random.between(0.42, 0.62));
  const line = lighter(skin, -0.3);
  const earrings = random.chance(0.6);
  const freckles = random.chance(0.25);
  return (ctx) => {
    paintHead(ctx, skin, earrings ? trim : undefined);
    ctx.strokeStyle = line;
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    for (const [path, wide] of [
      [lids, 0.0062],
      [lashes, 0.0062],
      [brows, 0.0085],
      [nose, 0.0052],
    ] as const) {
      ctx.lineWidth = wide;
      ctx.stroke(new Path2D(path));
    }
    ctx.fillStyle = lip;
    ctx.fill(new Path2D(upperLip));
    ctx.fillStyle = lighter(lip, 0.05);
    ctx.fill(new Path2D(lowerLip));
    if (freckles) for (const [x, y] of freckleSpots) disc(ctx, x, y, 0.0036, alpha(line, 0.55));
  };
}

function paintHead(ctx: SKRSContext2D, skin: string, earring: string | undefined): void {
  const outline = new Path2D(head);
  for (const side of [-1, 1]) {
    ctx.fillStyle = lighter(skin, -0.05);
    ctx.beginPath();
    ctx.ellipse(side * 0.126, -0.57, 0.02, 0.034, side * 0.15, 0, Math.PI * 2);
    ctx.fill();
    if (earring !== undefined) disc(ctx, side * 0.132, -0.52, 0.017, earring);
  }
  ctx.fillStyle = skin;
  ctx.fill(outline);
  ctx.save();
  ctx.clip(outline);
  ctx.fillStyle = alpha(lighter(skin, -0.09), 0.4);
  ctx.fill(new Path2D(faceShade));
  for (const side of [-1, 1]) disc(ctx, side * 0.073, -0.525, 0.033, alpha(mix(skin, '#d2504a', 0.5), 0.3));
  ctx.restore();
}
