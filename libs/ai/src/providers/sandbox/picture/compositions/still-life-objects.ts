import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { horizontalFill, verticalFill } from '../brush.js';
import { alpha, lighter, mix } from '../color.js';
import { swing } from '../scene.js';
import type { Painter, Scene } from '../scene.js';

export type ProductObject = (scene: Scene, random: Random, color: string, second: string) => Painter;

/** Things one may find on a plinth. Each stands on the origin and is measured in units, upwards is negative. */
const objects: readonly { readonly words: string; readonly make: ProductObject }[] = [
  { words: 'perfume* frasco* fragranc* parfum colonia cologne', make: perfume },
  { words: 'creme* cream cosmetic* pote* jar skincare vela candle', make: jar },
  { words: 'garrafa* bottle* shampoo sabonete soap locao lotion gel', make: tube },
  { words: 'fone* headphone* headset* audio earphone*', make: headset },
];

/** The object the prompt names, else any. */
export function chooseObject(scene: Scene, random: Random): ProductObject {
  const named = objects.find((each) => scene.says(each.words));
  return (named ?? random.pick(objects)).make;
}

function rounded(ctx: SKRSContext2D, x: number, y: number, wide: number, tall: number, radius: number): void {
  ctx.beginPath();
  ctx.roundRect(x, y, wide, tall, radius);
}

function metal(ctx: SKRSContext2D, left: number, right: number, color: string): void {
  horizontalFill(ctx, left, right, [
    [0, lighter(color, -0.16)],
    [0.18, lighter(color, 0.16)],
    [0.34, lighter(color, 0.02)],
    [0.72, lighter(color, -0.14)],
    [0.9, lighter(color, 0.03)],
    [1, lighter(color, -0.2)],
  ]);
}

function label(ctx: SKRSContext2D, scene: Scene, x: number, y: number, wide: number, tall: number): void {
  ctx.fillStyle = alpha(scene.palette.paper, 0.92);
  rounded(ctx, x, y, wide, tall, 0.004);
  ctx.fill();
  ctx.fillStyle = alpha(scene.palette.ink, 0.8);
  ctx.fillRect(x + wide * 0.28, y + tall * 0.3, wide * 0.44, tall * 0.1);
  ctx.fillStyle = alpha(scene.palette.ink, 0.4);
  ctx.fillRect(x + wide * 0.36, y + tall * 0.52, wide * 0.28, tall * 0.05);
  ctx.fillRect(x + wide * 0.4, y + tall * 0.64, wide * 0.2, tall * 0.05);
}

/** A square flacon of thick glass, two thirds full. */
function perfume(scene: Scene, random: Random, color: string, second: string): Painter {
  const half = random.between(0.088, 0.105);
  const tall = random.between(0.2, 0.25);
  const gold = mix(second, '#d8b26a', 0.7);
  const level = random.between(0.6, 0.74);
  return (ctx, phase) => {
    metal(ctx, -0.045, 0.045, gold);
    rounded(ctx, -0.045, -tall - 0.105, 0.09, 0.085, 0.008);
    ctx.fill();
    metal(ctx, -0.026, 0.026, lighter(gold, -0.08));
    ctx.fillRect(-0.026, -tall - 0.024, 0.052, 0.028);
    rounded(ctx, -half, -tall, half * 2, tall, 0.022);
    horizontalFill(ctx, -half, half, [
      [0, alpha(mix(color, '#ffffff', 0.35), 0.9)],
      [0.15, alpha(mix(color, '#ffffff', 0.72), 0.72)],
      [0.8, alpha(mix(color, '#ffffff', 0.5), 0.78)],
      [1, alpha(mix(color, '#000000', 0.2), 0.88)],
    ]);
    ctx.fill();
    const inset = 0.014;
    const surface = -tall * level + 0.0022 * swing(phase);
    ctx.beginPath();
    ctx.roundRect(-half + inset, surface, half * 2 - inset * 2, -surface - inset * 1.5, [0.002, 0.002, 0.014, 0.014]);
    horizontalFill(ctx, -half, half, [
      [0.05, lighter(color, -0.06)],
      [0.3, lighter(color, 0.1)],
      [0.62, color],
      [1, lighter(color, -0.16)],
    ]);
    ctx.fill();
    ctx.fillStyle = alpha('#ffffff', 0.34);
    ctx.beginPath();
    ctx.ellipse(0, surface, half - inset, 0.006, 0, 0, Math.PI * 2);
    ctx.fill();
    label(ctx, scene, -half * 0.5, -tall * 0.52, half, tall * 0.32);
    ctx.fillStyle = alpha('#ffffff', 0.55);
    rounded(ctx, -half + 0.012, -tall + 0.02, 0.012, tall - 0.05, 0.006);
    ctx.fill();
    ctx.fillStyle = alpha('#ffffff', 0.18);
    rounded(ctx, half - 0.03, -tall + 0.02, 0.016, tall - 0.045, 0.006);
    ctx.fill();
  };
}

/** A low jar with a wide lid. */
function jar(scene: Scene, random: Random, color: string, second: string): Painter {
  const half = random.between(0.11, 0.13);
  const tall = random.between(0.115, 0.14);
  const lid = mix(second, scene.palette.paper, random.between(0.05, 0.5));
  return (ctx) => {
    ctx.beginPath();
    ctx.moveTo(-half, -tall);
    ctx.lineTo(-half, -0.03);
    ctx.quadraticCurveTo(-half, 0.008, -half + 0.04, 0.012);
    ctx.quadraticCurveTo(0, 0.022, half - 0.04, 0.012);
    ctx.quadraticCurveTo(half, 0.008, half, -0.03);
    ctx.lineTo(half, -tall);
    ctx.closePath();
    horizontalFill(ctx, -half, half, [
      [0, lighter(color, -0.04)],
      [0.2, lighter(color, 0.13)],
      [0.55, color],
      [1, lighter(color, -0.18)],
    ]);
    ctx.fill();
    label(ctx, scene, -half * 0.52, -tall * 0.82, half * 1.04, tall * 0.6);
    ctx.beginPath();
    ctx.roundRect(-half - 0.006, -tall - 0.062, half * 2 + 0.012, 0.068, [0.016, 0.016, 0.004, 0.004]);
    metal(ctx, -half, half, lid);
    ctx.fill();
    ctx.fillStyle = alpha(lighter(lid, 0.16), 0.9);
    ctx.beginPath();
    ctx.ellipse(0, -tall - 0.057, half - 0.01, 0.015, 0, 0, Math.PI * 2);
    ctx.fill();
    ctx.fillStyle = alpha('#ffffff', 0.42);
    rounded(ctx, -half + 0.02, -tall + 0.014, 0.013, tall * 0.66, 0.006);
    ctx.fill();
  };
}

/** A tall pump bottle. */
function tube(scene: Scene, random: Random, color: string, second: string): Painter {
  const half = random.between(0.062, 0.074);
  const tall = random.between(0.26, 0.31);
  const cap = mix(second, scene.palette.ink, 0.35);
  return (ctx) => {
    metal(ctx, -0.026, 0.026, cap);
    ctx.fillRect(-0.02, -tall - 0.05, 0.04, 0.055);
    ctx.fillStyle = cap;
    rounded(ctx, -0.008, -tall - 0.09, 0.016, 0.05, 0.004);
    ctx.fill();
    ctx.beginPath();
    ctx.roundRect(-0.03, -tall - 0.112, 0.105, 0.026, [0.01, 0.004, 0.012, 0.006]);
    ctx.fill();
    ctx.beginPath();
    ctx.roundRect(-half, -tall, half * 2, tall + 0.008, [0.034, 0.034, 0.014, 0.014]);
    horizontalFill(ctx, -half, half, [
      [0, lighter(color, -0.03)],
      [0.2, lighter(color, 0.14)],
      [0.5, lighter(color, 0.02)],
      [1, lighter(color, -0.19)],
    ]);
    ctx.fill();
    label(ctx, scene, -half * 0.7, -tall * 0.66, half * 1.4, tall * 0.42);
    ctx.fillStyle = alpha('#ffffff', 0.45);
    rounded(ctx, -half + 0.011, -tall + 0.034, 0.009, tall - 0.075, 0.005);
    ctx.fill();
  };
}

/** Headphones resting on their cups. */
function headset(scene: Scene, random: Random, color: string, second: string): Painter {
  const reach = random.between(0.12, 0.14);
  const dark = mix(color, scene.palette.ink, 0.55);
  return (ctx) => {
    for (const [wide, shade] of [
      [0.036, dark],
      [0.026, color],
      [0.007, lighter(color, 0.16)],
    ] as const) {
      ctx.strokeStyle = shade;
      ctx.lineWidth = wide;
      ctx.lineCap = 'round';
      ctx.beginPath();
      ctx.moveTo(-reach, -0.12);
      ctx.bezierCurveTo(-reach * 1.08, -0.39, reach * 1.08, -0.39, reach, -0.12);
      ctx.stroke();
    }
    for (const side of [-1, 1]) {
      ctx.save();
      ctx.translate(side * reach, -0.082);
      ctx.scale(side, 1);
      ctx.fillStyle = mix(dark, '#000000', 0.25);
      rounded(ctx, -0.052, -0.08, 0.05, 0.16, 0.024);
      ctx.fill();
      verticalFill(ctx, -0.09, 0.09, [
        [0, lighter(color, 0.12)],
        [0.5, color],
        [1, lighter(color, -0.18)],
      ]);
      rounded(ctx, -0.014, -0.088, 0.054, 0.176, 0.026);
      ctx.fill();
      metal(ctx, 0.022, 0.048, mix(second, '#d9c9a8', 0.4));
      rounded(ctx, 0.028, -0.052, 0.018, 0.104, 0.009);
      ctx.fill();
      ctx.restore();
    }
  };
}
