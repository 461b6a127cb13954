import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc, verticalFill } from '../brush.js';
import { alpha, lighter, lightness, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Layer, Scene } from '../scene.js';
import { hairstyles, short } from './hairstyles.js';
import { features, garment, paintNeck } from './bust.js';
import { plants } from './plants.js';

const men = 'homem homens man men menino* boy* garoto* noivo cantor dancarino ele';
const women = 'mulher* woman women menina* girl* garota* noiva bride cantora dancarina ela';
const skins = ['#f3cdb0', '#e3ae88', '#cf9468', '#ab6f45', '#80502f', '#5c3825'] as const;
const hairs = ['#1d1517', '#35211c', '#5b3423', '#8c4f2b', '#c98b4a', '#7a7474'] as const;

/** A bust with closed eyes, in the manner of a flat poster: a halo, leaves, patterned clothes. */
export const portrait: Composition = (scene) => {
  const { width, height, unit, palette } = scene;
  const random = scene.random.fork('portrait');
  const size = Math.min(height, width * 1.1) * 0.94;
  const middle = width / 2;
  const skin = random.pick(skins);
  const hair = random.pick(hairs.filter((color) => Math.abs(lightness(color) - lightness(skin)) > 0.15));
  const [cloth, halo, trim, blossom] = random.shuffled([...palette.accents]);
  const ground = mix(palette.paper, palette.sky[2], random.between(0, 0.6));
  const style = random.pick(
    scene.says(men) ? short : scene.says(women) ? hairstyles.filter((each) => !short.includes(each)) : hairstyles,
  );
  const dress = garment(random.fork('dress'), cloth ?? palette.ink, trim ?? palette.light, palette.paper);
  const face = features(random.fork('face'), skin, trim ?? palette.light);
  const back = layer(scene, unit * 0.03, (ctx) => {
    paintGround(ctx, scene, random.fork('ground'), ground, halo ?? palette.light, size);
  });
  const leaves = foliage(scene, random.fork('leaves'), size, blossom ?? palette.light);
  const facing = random.sign();

  return (ctx, phase) => {
    back(ctx, -unit * 0.012 * swing(phase));
    leaves(ctx, unit * 0.01 * swing(phase, 0.1));
    ctx.save();
    ctx.translate(middle, height + unit * 0.004 + size * 0.004 * swing(phase));
    ctx.scale(facing * size, size);
    style.back(ctx, hair, phase);
    paintNeck(ctx, skin);
    dress(ctx);
    ctx.save();
    ctx.translate(0, -0.4);
    ctx.rotate(0.05 + 0.018 * swing(phase, 0.15));
    ctx.translate(0, 0.4);
    face(ctx);
    style.front(ctx, hair, trim ?? palette.light, phase);
    ctx.restore();
    ctx.restore();
  };
};

function paintGround(
  ctx: SKRSContext2D,
  scene: Scene,
  random: Random,
  ground: string,
  halo: string,
  size: number,
): void {
  const { width, height, unit, palette } = scene;
  const margin = unit * 0.03;
  verticalFill(ctx, 0, height, [
    [0, lighter(ground, 0.02)],
    [1, lighter(ground, -0.05)],
  ]);
  ctx.fillRect(-margin, -margin, width + margin * 2, height + margin * 2);
  const y = height - size * 0.58;
  const radius = size * random.between(0.33, 0.38);
  verticalFill(ctx, y - radius, y + radius, [
    [0, halo],
    [1, mix(halo, ground, 0.45)],
  ]);
  disc(ctx, width / 2, y, radius);
  const halos = [paintRays, paintRings, paintDots] as const;
  ctx.strokeStyle = alpha(palette.ink, 0.4);
  ctx.fillStyle = alpha(palette.ink, 0.55);
  ctx.lineWidth = unit * 0.0022;
  ctx.save();
  ctx.translate(width / 2, y);
  random.pick(halos)(ctx, radius);
  ctx.restore();
}

/** The three halos are drawn around the origin, outside the disc of this radius. */
function paintRays(ctx: SKRSContext2D, radius: number): void {
  for (let ray = 0; ray < 44; ray += 1) {
    const angle = (ray / 44) * Math.PI * 2;
    const reach = radius * (ray % 2 === 0 ? 1.2 : 1.13);
    ctx.beginPath();
    ctx.moveTo(Math.cos(angle) * radius * 1.06, Math.sin(angle) * radius * 1.06);
    ctx.lineTo(Math.cos(angle) * reach, Math.sin(angle) * reach);
    ctx.stroke();
  }
}

function paintRings(ctx: SKRSContext2D, radius: number): void {
  for (const ring of [1.07, 1.14, 1.21]) {
    ctx.beginPath();
    ctx.arc(0, 0, radius * ring, 0, Math.PI * 2);
    ctx.stroke();
  }
}

function paintDots(ctx: SKRSContext2D, radius: number): void {
  for (let dot = 0; dot < 40; dot += 1) {
    const angle = (dot / 40) * Math.PI * 2;
    disc(ctx, Math.cos(angle) * radius * 1.12, Math.sin(angle) * radius * 1.12, radius * 0.0145);
  }
}

function foliage(scene: Scene, random: Random, size: number, blossom: string): Layer {
  const { width, height, unit, palette } = scene;
  const stems = Array.from({ length: random.whole(4, 6) }, (_, index) => {
    const hand = index % 2 === 0 ? -1 : 1;
    const green = mix(palette.near, random.pick(['#4d7c5a', '#6c8f55', '#35685c']), random.between(0.45, 0.8));
    return {
      x: width / 2 + hand * size * random.between(0.34, 0.5),
      turn: hand * random.between(-0.12, 0.42),
      tall: size * random.between(0.38, 0.62),
      draw: random.pick(plants)(random.fork(`leaf${index}`), {
        green,
        blossom,
        heart: palette.light,
        ink: palette.ink,
      }),
    };
  });
  return layer(scene, unit * 0.03, (ctx) => {
    for (const stem of stems) {
      ctx.save();
      ctx.translate(stem.x, height + unit * 0.03);
      ctx.rotate(stem.turn);
      ctx.scale(stem.tall, stem.tall);
      stem.draw(ctx);
      ctx.restore();
    }
  });
}
