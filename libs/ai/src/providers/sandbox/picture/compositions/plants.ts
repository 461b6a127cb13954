import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc } from '../brush.js';
import { alpha, lighter, mix } from '../color.js';

export interface PlantColors {
  readonly green: string;
  readonly blossom: string;
  readonly heart: string;
  readonly ink: string;
}

/** Decides a plant's form; what it returns draws it, one unit tall, growing upwards (negative y) from the origin. */
type Plant = (random: Random, colors: PlantColors) => (ctx: SKRSContext2D) => void;

export const plants: readonly Plant[] = [olive, fern, broad, daisy, poppy, umbel, tulip];

/** How far the stem bends aside at a height between 0 and 1. */
function bent(bend: number, up: number): number {
  return bend * up * up;
}

function stalk(ctx: SKRSContext2D, bend: number, top: number, wide: number, color: string): void {
  ctx.strokeStyle = color;
  ctx.lineWidth = wide;
  ctx.lineCap = 'round';
  ctx.beginPath();
  ctx.moveTo(0, 0);
  ctx.quadraticCurveTo(0, -top * 0.5, bent(bend, top), -top);
  ctx.stroke();
}

function blade(ctx: SKRSContext2D, length: number, half: number): void {
  ctx.moveTo(0, 0);
  ctx.bezierCurveTo(half * 1.3, -length * 0.25, half, -length * 0.75, 0, -length);
  ctx.bezierCurveTo(-half, -length * 0.75, -half * 1.3, -length * 0.25, 0, 0);
}

function leaf(ctx: SKRSContext2D, length: number, half: number, color: string, vein?: string): void {
  ctx.fillStyle = color;
  ctx.beginPath();
  blade(ctx, length, half);
  ctx.fill();
  if (vein === undefined) return;
  ctx.strokeStyle = vein;
  ctx.lineWidth = Math.max(0.0018, half * 0.07);
  ctx.beginPath();
  ctx.moveTo(0, -length * 0.06);
  ctx.lineTo(0, -length * 0.88);
  ctx.stroke();
}

/** Draws with the origin moved to a point of the stem and turned. */
function at(ctx: SKRSContext2D, x: number, y: number, turn: number, draw: () => void): void {
  ctx.save();
  ctx.translate(x, y);
  ctx.rotate(turn);
  draw();
  ctx.restore();
}

function olive(random: Random, { green, ink }: PlantColors): (ctx: SKRSContext2D) => void {
  const bend = random.between(-0.16, 0.16);
  const pairs = random.whole(7, 10);
  const length = random.between(0.12, 0.17);
  const half = length * random.between(0.17, 0.26);
  return (ctx) => {
    stalk(ctx, bend, 0.95, 0.008, mix(green, ink, 0.25));
    for (let pair = 1; pair <= pairs; pair += 1) {
      const up = 0.16 + (pair / pairs) * 0.8;
      const small = 1.15 - up * 0.55;
      for (const hand of [-1, 1]) {
        at(ctx, bent(bend, up), -up + hand * 0.012, hand * (1.0 - up * 0.35), () => {
          leaf(
            ctx,
            length * small,
            half * small,
            lighter(green, hand > 0 ? 0.045 : -0.02),
            alpha(lighter(green, 0.2), 0.5),
          );
        });
      }
    }
    at(ctx, bent(bend, 0.95), -0.95, bend, () => {
      leaf(ctx, length * 0.6, half * 0.6, green, alpha(lighter(green, 0.2), 0.5));
    });
  };
}

function fern(random: Random, { green, ink }: PlantColors): (ctx: SKRSContext2D) => void {
  const bend = random.between(-0.26, 0.26);
  const pairs = 22;
  const reach = random.between(0.17, 0.23);
  return (ctx) => {
    stalk(ctx, bend, 1, 0.007, mix(green, ink, 0.3));
    for (let pair = 0; pair < pairs; pair += 1) {
      const up = 0.14 + (pair / pairs) * 0.86;
      const length = reach * Math.sin(Math.min(1, (1.04 - up) * 1.5) * (Math.PI / 2));
      for (const hand of [-1, 1]) {
        at(ctx, bent(bend, up), -up, hand * 1.12 + bend * up, () => {
          leaf(ctx, length, 0.014 + length * 0.055, lighter(green, hand > 0 ? 0.03 : 0));
        });
      }
    }
  };
}

function broad(random: Random, { green, ink }: PlantColors): (ctx: SKRSContext2D) => void {
  const bend = random.between(-0.1, 0.1);
  const length = random.between(0.5, 0.62);
  const half = length * random.between(0.27, 0.36);
  const veins = random.whole(6, 9);
  return (ctx) => {
    stalk(ctx, bend, 0.45, 0.012, mix(green, ink, 0.3));
    at(ctx, bent(bend, 0.42), -0.4, bend, () => {
      leaf(ctx, length, half, green, alpha(lighter(green, 0.16), 0.8));
      ctx.save();
      ctx.beginPath();
      blade(ctx, length, half * 0.92);
      ctx.clip();
      ctx.strokeStyle = alpha(lighter(green, 0.16), 0.6);
      ctx.lineWidth = 0.004;
      for (let vein = 1; vein <= veins; vein += 1) {
        const up = vein / (veins + 1.5);
        for (const hand of [-1, 1]) {
          ctx.beginPath();
          ctx.moveTo(0, -length * up);
          ctx.quadraticCurveTo(hand * half * 0.5, -length * (up + 0.04), hand * half, -length * (up + 0.16));
          ctx.stroke();
        }
      }
      ctx.restore();
    });
  };
}

function daisy(random: Random, { green, blossom, heart, ink }: PlantColors): (ctx: SKRSContext2D) => void {
  const bend = random.between(-0.18, 0.18);
  const petals = random.whole(11, 16);
  const reach = random.between(0.115, 0.15);
  return (ctx) => {
    stalk(ctx, bend, 0.92, 0.01, green);
    for (const [up, hand] of [
      [0.3, 1],
      [0.46, -1],
    ] as const) {
      at(ctx, bent(bend, up), -up, hand * 0.9, () => {
        leaf(ctx, 0.2, 0.04, lighter(green, 0.03), alpha(lighter(green, 0.18), 0.6));
      });
    }
    at(ctx, bent(bend, 0.92), -0.92, bend, () => {
      for (let petal = 0; petal < petals; petal += 1) {
        at(ctx, 0, 0, (petal / petals) * Math.PI * 2, () => {
          leaf(ctx, reach, reach * 0.23, lighter(blossom, petal % 2 === 0 ? 0.02 : 0.09));
        });
      }
      disc(ctx, 0, 0, reach * 0.34, mix(heart, '#e0a43a', 0.65));
      disc(ctx, -reach * 0.05, -reach * 0.05, reach * 0.22, alpha(ink, 0.16));
    });
  };
}

function poppy(random: Random, { green, blossom, ink }: PlantColors): (ctx: SKRSContext2D) => void {
  const bend = random.between(-0.22, 0.22);
  const size = random.between(0.13, 0.165);
  return (ctx) => {
    stalk(ctx, bend, 0.9, 0.009, green);
    at(ctx, bent(bend, 0.9), -0.9, bend * 1.6, () => {
      for (const [x, y, radius, shade] of [
        [-0.55, -0.35, 0.72, -0.06],
        [0.55, -0.35, 0.72, -0.03],
        [0, -0.62, 0.74, 0.02],
        [0, -0.05, 0.78, 0.07],
      ] as const) {
        ctx.fillStyle = lighter(blossom, shade);
        ctx.beginPath();
        ctx.ellipse(x * size, y * size, radius * size, radius * size * 0.86, 0, 0, Math.PI * 2);
        ctx.fill();
      }
      disc(ctx, 0, -size * 0.3, size * 0.24, mix(ink, blossom, 0.15));
      for (let dot = 0; dot < 12; dot += 1) {
        const angle = (dot / 12) * Math.PI * 2;
        disc(ctx, Math.cos(angle) * size * 0.36, -size * 0.3 + Math.sin(angle) * size * 0.33, size * 0.035, ink);
      }
    });
  };
}

function umbel(random: Random, { green, blossom, heart }: PlantColors): (ctx: SKRSContext2D) => void {
  const bend = random.between(-0.15, 0.15);
  const rays = random.whole(11, 15);
  const reach = random.between(0.19, 0.25);
  return (ctx) => {
    stalk(ctx, bend, 0.75, 0.008, green);
    at(ctx, bent(bend, 0.75), -0.75, bend, () => {
      for (let ray = 0; ray < rays; ray += 1) {
        const angle = (ray / (rays - 1) - 0.5) * 2.3;
        const length = reach * (0.85 + 0.15 * Math.cos(angle * 2.4));
        const x = Math.sin(angle) * length;
        const y = -Math.cos(angle) * length;
        ctx.strokeStyle = green;
        ctx.lineWidth = 0.0045;
        ctx.beginPath();
        ctx.moveTo(0, 0);
        ctx.quadraticCurveTo(x * 0.3, y * 0.6, x, y);
        ctx.stroke();
        disc(ctx, x, y, 0.021, blossom);
        disc(ctx, x + 0.022, y + 0.012, 0.013, lighter(blossom, 0.08));
        disc(ctx, x - 0.02, y + 0.014, 0.012, mix(blossom, heart, 0.5));
      }
    });
  };
}

function tulip(random: Random, { green, blossom }: PlantColors): (ctx: SKRSContext2D) => void {
  const bend = random.between(-0.14, 0.14);
  const tall = random.between(0.2, 0.25);
  return (ctx) => {
    stalk(ctx, bend, 0.8, 0.012, green);
    for (const hand of [-1, 1]) {
      at(ctx, 0, -0.05, hand * 0.2, () => {
        leaf(ctx, 0.58, 0.055, lighter(green, hand * 0.03), alpha(lighter(green, 0.15), 0.5));
      });
    }
    at(ctx, bent(bend, 0.8), -0.78, bend * 1.4, () => {
      for (const [turn, half, shade] of [
        [-0.3, 0.36, -0.05],
        [0.3, 0.36, -0.02],
        [0, 0.42, 0.06],
      ] as const) {
        at(ctx, 0, 0, turn, () => {
          leaf(ctx, tall, tall * half, lighter(blossom, shade));
        });
      }
    });
  };
}
