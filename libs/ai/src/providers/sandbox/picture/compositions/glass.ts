import { createCanvas } from '@napi-rs/canvas';
import type { Canvas, SKRSContext2D } from '@napi-rs/canvas';
import { glow, horizontalFill } from '../brush.js';
import { alpha, lightness, mix, tinted } from '../color.js';
import { swing } from '../scene.js';
import type { Composition, Scene } from '../scene.js';

interface Blob {
  readonly x: number;
  readonly y: number;
  readonly radius: number;
  readonly color: string;
  readonly start: number;
  readonly strength: number;
}

interface Room {
  readonly ground: string;
  readonly dark: boolean;
  readonly blobs: readonly Blob[];
}

/** The light behind the glass is soft, so that a small canvas, scaled up, shows all of it. */
const lightUnit = { still: 220, moving: 110 } as const;

const leanRadians = 0.35;

/** Blurred lights seen through fluted glass: every rib bends the same picture a little aside. */
export const glass: Composition = (scene) => {
  const { width, height, unit } = scene;
  const random = scene.random.fork('glass');
  const room = furnish(scene, lightness(scene.palette.sky[0]) < 0.42);
  const ribs = Math.max(6, Math.round((width / unit) * random.pick([8, 11, 15])));
  const leaning = random.chance(0.3);
  const scale = (scene.moving ? lightUnit.moving : lightUnit.still) / unit;
  const light = createCanvas(Math.ceil(width * scale), Math.ceil(height * scale));
  const small = light.getContext('2d');

  return (ctx, phase) => {
    small.setTransform(scale, 0, 0, scale, 0, 0);
    paintLight(small, scene, room, phase);
    ctx.save();
    if (leaning) {
      // The whole pane turns around the middle, large enough to cover the corners.
      ctx.translate(width / 2, height / 2);
      ctx.rotate(-leanRadians);
      const cover = Math.cos(leanRadians) + Math.sin(leanRadians) * Math.max(width / height, height / width) + 0.02;
      ctx.scale(cover, cover);
      ctx.translate(-width / 2, -height / 2);
    }
    ctx.imageSmoothingQuality = scene.moving ? 'low' : 'high';
    for (let rib = 0; rib < ribs; rib += 1) {
      refract(ctx, light, scene, { left: (rib / ribs) * width, wide: width / ribs, scale });
    }
    ctx.restore();
  };
};

/** Few large lights with room between them: many would mix to grey. */
function furnish(scene: Scene, dark: boolean): Room {
  const { width, height, palette } = scene;
  const random = scene.random.fork('lights');
  const ground = dark ? mix(palette.sky[0], palette.sky[1], 0.4) : mix(palette.paper, '#ffffff', 0.3);
  const bright = [...palette.accents, palette.sky[1]].filter((color) =>
    dark ? lightness(color) > 0.42 && lightness(color) < 0.86 : lightness(color) < 0.82,
  );
  const colors = random
    .shuffled(bright)
    .slice(0, 4)
    .map((color) => tinted(color, 0, 1.3));
  const diagonal = random.sign();
  const count = 6;
  const blobs = Array.from({ length: count }, (_, index) => {
    const along = (index + random.between(0.1, 0.9)) / count;
    return {
      x: width * (0.06 + 0.88 * along),
      y: height * (0.5 + diagonal * (along - 0.5) * 0.7 + random.between(-0.26, 0.26)),
      radius: Math.max(width, height) * random.between(0.3, 0.52),
      color: colors[index % Math.max(1, colors.length)] ?? palette.light,
      start: random.next(),
      strength: random.between(0.75, 1),
    };
  });
  return { ground, dark, blobs };
}

function paintLight(ctx: SKRSContext2D, { width, height, unit }: Scene, room: Room, phase: number): void {
  ctx.globalCompositeOperation = 'source-over';
  ctx.fillStyle = room.ground;
  ctx.fillRect(0, 0, width, height);
  if (room.dark) ctx.globalCompositeOperation = 'screen';
  for (const blob of room.blobs) {
    const x = blob.x + unit * 0.14 * swing(phase, blob.start);
    const y = blob.y + unit * 0.1 * swing(phase, blob.start + 0.25);
    glow(ctx, x, y, blob.radius, blob.color, blob.strength);
  }
}

function refract(
  ctx: SKRSContext2D,
  light: Canvas,
  { height }: Scene,
  rib: { left: number; wide: number; scale: number },
): void {
  // A rib is a lens: it shows a wider part of the light than it covers, mirrored.
  const reach = rib.wide * 3;
  const from = Math.max(0, (rib.left + rib.wide / 2 - reach / 2) * rib.scale);
  const seen = Math.min(light.width - from, reach * rib.scale);
  ctx.save();
  ctx.beginPath();
  ctx.rect(rib.left - 0.4, 0, rib.wide + 0.8, height);
  ctx.clip();
  ctx.translate(rib.left + rib.wide / 2, 0);
  ctx.scale(-1, 1);
  ctx.drawImage(light, from, 0, seen, light.height, -rib.wide / 2 - 0.5, 0, rib.wide + 1, height);
  ctx.restore();
  horizontalFill(ctx, rib.left, rib.left + rib.wide, [
    [0, alpha('#ffffff', 0.2)],
    [0.08, alpha('#ffffff', 0.05)],
    [0.5, alpha('#000000', 0)],
    [0.9, alpha('#000000', 0.14)],
    [1, alpha('#000000', 0.26)],
  ]);
  ctx.fillRect(rib.left, 0, rib.wide, height);
}
