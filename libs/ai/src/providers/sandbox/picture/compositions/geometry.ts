import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc } from '../brush.js';
import { lightness } from '../color.js';
import type { Composition, Scene } from '../scene.js';

/** The part of the cycle that one turn takes. */
const turnShare = 0.45;

type Draw = (ctx: SKRSContext2D, fore: string, second: string) => void;

interface Tile {
  readonly x: number;
  readonly y: number;
  readonly size: number;
  readonly quarter: number;
  readonly back: string;
  readonly fore: string;
  readonly second: string;
  readonly draw: Draw;
  /** Where in the cycle the tile turns once around; still tiles have none. */
  readonly turnsAt?: number;
}

/** A poster of quarter circles, bars and dots on a strict grid. */
export const geometry: Composition = (scene) => {
  const { width, height, palette } = scene;
  const random = scene.random.fork('geometry');
  const across = random.whole(4, 6);
  const size = scene.unit / across;
  const columns = Math.ceil(width / size - 0.02);
  const rows = Math.ceil(height / size - 0.02);
  const left = (width - columns * size) / 2;
  const top = (height - rows * size) / 2;
  const tiles: Tile[] = [];
  const taken = new Set<string>();
  for (let row = 0; row < rows; row += 1) {
    for (let column = 0; column < columns; column += 1) {
      if (taken.has(`${column},${row}`)) continue;
      const roomy = column + 1 < columns && row + 1 < rows && !taken.has(`${column + 1},${row}`);
      const big = roomy && random.chance(0.13);
      if (big)
        for (const spot of [
          [1, 0],
          [0, 1],
          [1, 1],
        ] as const)
          taken.add(`${column + spot[0]},${row + spot[1]}`);
      tiles.push(tile(scene, random, left + column * size, top + row * size, big ? size * 2 : size));
    }
  }

  return (ctx, phase) => {
    ctx.fillStyle = palette.paper;
    ctx.fillRect(0, 0, width, height);
    for (const each of tiles) paintTile(ctx, each, phase);
  };
};

function tile(scene: Scene, random: Random, x: number, y: number, size: number): Tile {
  const { palette } = scene;
  const colors = [...palette.accents, palette.paper, palette.paper, palette.ink];
  const back = random.pick(colors);
  const apart = colors.filter((color) => Math.abs(lightness(color) - lightness(back)) > 0.12);
  const fore = random.pick(apart.length > 0 ? apart : [palette.ink]);
  const rest = apart.filter((color) => color !== fore);
  return {
    x,
    y,
    size,
    quarter: random.whole(0, 3),
    back,
    fore,
    second: rest.length > 0 ? random.pick(rest) : back,
    draw: random.pick(shapes),
    ...(random.chance(0.42) ? { turnsAt: random.next() * (1 - turnShare) } : {}),
  };
}

function paintTile(ctx: SKRSContext2D, each: Tile, phase: number): void {
  ctx.save();
  ctx.beginPath();
  // On whole pixels: no hairline of paper shows between two tiles.
  const left = Math.round(each.x);
  const top = Math.round(each.y);
  const wide = Math.round(each.x + each.size) - left;
  const tall = Math.round(each.y + each.size) - top;
  ctx.rect(left, top, wide, tall);
  ctx.clip();
  ctx.fillStyle = each.back;
  ctx.fillRect(left, top, wide, tall);
  ctx.translate(each.x + each.size / 2, each.y + each.size / 2);
  ctx.rotate((each.quarter * Math.PI) / 2 + turned(each, phase));
  // A little more than the cell, for the rounding above.
  ctx.scale(each.size + 1, each.size + 1);
  each.draw(ctx, each.fore, each.second);
  ctx.restore();
}

/** A full turn, eased at both ends; no tile is turning at the beginning of the cycle. */
function turned(each: Tile, phase: number): number {
  if (each.turnsAt === undefined) return 0;
  const share = Math.min(1, Math.max(0, (phase - each.turnsAt) / turnShare));
  const eased = share < 0.5 ? 4 * share ** 3 : 1 - (-2 * share + 2) ** 3 / 2;
  return eased * 2 * Math.PI;
}

/** Each shape lives in a unit square around the origin. */
const shapes: readonly Draw[] = [
  (ctx, fore) => {
    ctx.fillStyle = fore;
    ctx.beginPath();
    ctx.moveTo(-0.5, -0.5);
    ctx.arc(-0.5, -0.5, 1, 0, Math.PI / 2);
    ctx.fill();
  },
  (ctx, fore, second) => {
    for (const [radius, color] of [
      [1, fore],
      [0.75, second],
      [0.5, fore],
      [0.25, second],
    ] as const) {
      ctx.fillStyle = color;
      ctx.beginPath();
      ctx.moveTo(-0.5, -0.5);
      ctx.arc(-0.5, -0.5, radius, 0, Math.PI / 2);
      ctx.fill();
    }
  },
  (ctx, fore, second) => {
    disc(ctx, 0, 0, 0.5, fore);
    disc(ctx, 0, 0, 0.22, second);
  },
  (ctx, fore) => {
    ctx.fillStyle = fore;
    ctx.beginPath();
    ctx.arc(0, -0.5, 0.5, 0, Math.PI);
    ctx.fill();
    ctx.beginPath();
    ctx.arc(0, 0, 0.5, 0, Math.PI);
    ctx.fill();
  },
  (ctx, fore, second) => {
    ctx.fillStyle = fore;
    ctx.beginPath();
    ctx.moveTo(-0.5, -0.5);
    ctx.lineTo(0.5, -0.5);
    ctx.lineTo(-0.5, 0.5);
    ctx.fill();
    ctx.fillStyle = second;
    ctx.beginPath();
    ctx.moveTo(0.5, 0.5);
    ctx.lineTo(0.5, -0.02);
    ctx.lineTo(-0.02, 0.5);
    ctx.fill();
  },
  (ctx, fore) => {
    ctx.fillStyle = fore;
    for (let bar = 0; bar < 4; bar += 1) ctx.fillRect(-0.5, -0.5 + bar * 0.25, 1, 0.125);
  },
  (ctx, fore) => {
    for (const x of [-0.3, 0, 0.3]) for (const y of [-0.3, 0, 0.3]) disc(ctx, x, y, 0.085, fore);
  },
  (ctx, fore, second) => {
    ctx.fillStyle = fore;
    for (const corner of [0, 1, 2, 3]) {
      ctx.beginPath();
      const angle = (corner * Math.PI) / 2;
      const x = corner === 0 || corner === 3 ? -0.5 : 0.5;
      const y = corner < 2 ? -0.5 : 0.5;
      ctx.moveTo(x, y);
      ctx.arc(x, y, 0.5, angle, angle + Math.PI / 2);
      ctx.fill();
    }
    disc(ctx, 0, 0, 0.11, second);
  },
  (ctx, fore, second) => {
    ctx.fillStyle = fore;
    ctx.fillRect(-0.5, -0.5, 0.5, 1);
    ctx.fillStyle = second;
    ctx.beginPath();
    ctx.arc(0, 0, 0.5, -Math.PI / 2, Math.PI / 2);
    ctx.fill();
  },
  (ctx, fore) => {
    // A leaf: what two quarter circles share.
    ctx.fillStyle = fore;
    ctx.beginPath();
    ctx.moveTo(-0.5, -0.5);
    ctx.arc(-0.5, 0.5, 1, -Math.PI / 2, 0);
    ctx.arc(0.5, -0.5, 1, Math.PI / 2, Math.PI);
    ctx.fill();
  },
];
