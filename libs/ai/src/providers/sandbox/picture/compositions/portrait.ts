import { Path2D } from '@napi-rs/canvas';
import type { SKRSContext2D } from '@napi-rs/canvas';
import type { Random } from '../../random.js';
import { disc, verticalFill } from '../brush.js';
import { alpha, lighter, lightness, mix } from '../color.js';
import { layer, swing } from '../scene.js';
import type { Composition, Layer, Scene } from '../scene.js';
import { hairstyles, short } from './hairstyles.js';
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
  ctx.strokeStyle = alpha(palette.ink, 0.4);
  ctx.lineWidth = unit * 0.0022;
  const kind = random.whole(0, 2);
  if (kind === 0) {
    for (let ray = 0; ray < 44; ray += 1) {
      const angle = (ray / 44) * Math.PI * 2;
      const reach = radius * (ray % 2 === 0 ? 1.2 : 1.13);
      ctx.beginPath();
      ctx.moveTo(width / 2 + Math.cos(angle) * radius * 1.06, y + Math.sin(angle) * radius * 1.06);
      ctx.lineTo(width / 2 + Math.cos(angle) * reach, y + Math.sin(angle) * reach);
      ctx.stroke();
    }
  } else if (kind === 1) {
    for (const ring of [1.07, 1.14, 1.21]) {
      ctx.beginPath();
      ctx.arc(width / 2, y, radius * ring, 0, Math.PI * 2);
      ctx.stroke();
    }
  } else {
    for (let dot = 0; dot < 40; dot += 1) {
      const angle = (dot / 40) * Math.PI * 2;
      disc(
        ctx,
        width / 2 + Math.cos(angle) * radius * 1.12,
        y + Math.sin(angle) * radius * 1.12,
        unit * 0.005,
        alpha(palette.ink, 0.55),
      );
    }
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

function paintNeck(ctx: SKRSContext2D, skin: string): void {
  ctx.fillStyle = lighter(skin, -0.045);
  ctx.fill(
    new Path2D(
      'M-0.068 -0.46 L-0.068 -0.33 C-0.07 -0.27 -0.16 -0.25 -0.24 -0.2 L-0.2 -0.08 L0.2 -0.08 L0.24 -0.2 C0.16 -0.25 0.07 -0.27 0.068 -0.33 L0.068 -0.46 Z',
    ),
  );
  ctx.fillStyle = alpha(lighter(skin, -0.16), 0.55);
  ctx.fill(
    new Path2D('M-0.068 -0.43 C-0.04 -0.36 0.03 -0.345 0.068 -0.4 L0.068 -0.345 C0.02 -0.3 -0.04 -0.32 -0.068 -0.36 Z'),
  );
}

/** Shoulders and their clothes: one of four cuts, plain or patterned. */
function garment(random: Random, cloth: string, trim: string, paper: string): (ctx: SKRSContext2D) => void {
  const cut = random.pick([
    'M-0.13 -0.275 C-0.08 -0.2 0.08 -0.2 0.13 -0.275',
    'M-0.13 -0.275 L0 -0.13 L0.13 -0.275',
    'M-0.082 -0.33 C-0.05 -0.29 0.05 -0.29 0.082 -0.33',
    'M-0.24 -0.215 C-0.1 -0.14 0.1 -0.14 0.24 -0.215',
  ]);
  const body = new Path2D(
    `${cut} C0.25 -0.25 0.37 -0.225 0.42 -0.12 C0.44 -0.07 0.45 0 0.46 0.03 L-0.46 0.03 C-0.45 0 -0.44 -0.07 -0.42 -0.12 C-0.37 -0.225 -0.25 -0.25 ${cut.slice(1, cut.indexOf(' ', cut.indexOf(' ') + 1))} Z`,
  );
  const collar = new Path2D(cut);
  const pattern = random.whole(0, 3);
  const second = random.chance(0.5) ? trim : paper;
  return (ctx) => {
    ctx.fillStyle = cloth;
    ctx.fill(body);
    ctx.save();
    ctx.clip(body);
    ctx.fillStyle = alpha(second, 0.85);
    ctx.strokeStyle = alpha(second, 0.85);
    if (pattern === 0) {
      ctx.lineWidth = 0.011;
      for (let line = 0; line < 9; line += 1) {
        ctx.beginPath();
        ctx.moveTo(-0.5, -0.2 + line * 0.038);
        ctx.quadraticCurveTo(0, -0.13 + line * 0.038, 0.5, -0.2 + line * 0.038);
        ctx.stroke();
      }
    } else if (pattern === 1) {
      for (let row = 0; row < 7; row += 1) {
        for (let column = -8; column <= 8; column += 1)
          disc(ctx, column * 0.056 + (row % 2) * 0.028, -0.26 + row * 0.048, 0.0085);
      }
    } else if (pattern === 2) {
      ctx.lineWidth = 0.006;
      for (let row = 0; row < 7; row += 1) {
        for (let column = -6; column <= 6; column += 1) {
          ctx.beginPath();
          ctx.arc(column * 0.08 + (row % 2) * 0.04, -0.26 + row * 0.045, 0.036, 0, Math.PI);
          ctx.stroke();
        }
      }
    }
    ctx.fillStyle = alpha('#000000', 0.1);
    ctx.fill(
      new Path2D(
        'M-0.46 0.05 L-0.46 -0.2 C-0.36 -0.18 -0.33 -0.08 -0.32 0.05 Z M0.46 0.05 L0.46 -0.2 C0.36 -0.18 0.33 -0.08 0.32 0.05 Z',
      ),
    );
    ctx.restore();
    ctx.strokeStyle = lighter(cloth, -0.08);
    ctx.lineWidth = 0.012;
    ctx.lineCap = 'round';
    ctx.stroke(collar);
  };
}

function features(random: Random, skin: string, trim: string): (ctx: SKRSContext2D) => void {
  const lip = mix(skin, '#a8323e', random.between(0.42, 0.62));
  const line = lighter(skin, -0.3);
  const earrings = random.chance(0.6);
  const freckles = random.chance(0.25);
  const head = new Path2D(
    'M-0.125 -0.6 C-0.13 -0.72 -0.07 -0.765 0 -0.765 C0.07 -0.765 0.13 -0.72 0.125 -0.6 C0.122 -0.5 0.07 -0.405 0 -0.4 C-0.07 -0.405 -0.122 -0.5 -0.125 -0.6 Z',
  );
  return (ctx) => {
    ctx.fillStyle = lighter(skin, -0.05);
    for (const side of [-1, 1]) {
      ctx.beginPath();
      ctx.ellipse(side * 0.126, -0.57, 0.02, 0.034, side * 0.15, 0, Math.PI * 2);
      ctx.fill();
    }
    if (earrings) for (const side of [-1, 1]) disc(ctx, side * 0.132, -0.52, 0.017, trim);
    ctx.fillStyle = skin;
    ctx.fill(head);
    ctx.save();
    ctx.clip(head);
    ctx.fillStyle = alpha(lighter(skin, -0.09), 0.4);
    ctx.fill(new Path2D('M0.045 -0.78 C0.085 -0.62 0.075 -0.48 0 -0.39 L0.16 -0.39 L0.16 -0.78 Z'));
    for (const side of [-1, 1]) disc(ctx, side * 0.073, -0.525, 0.033, alpha(mix(skin, '#d2504a', 0.5), 0.3));
    ctx.restore();
    ctx.strokeStyle = line;
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.lineWidth = 0.0062;
    for (const side of [-1, 1]) {
      ctx.stroke(
        new Path2D(
          side < 0 ? 'M-0.086 -0.585 Q-0.056 -0.562 -0.027 -0.583' : 'M0.027 -0.583 Q0.056 -0.562 0.086 -0.585',
        ),
      );
      ctx.stroke(
        new Path2D(
          side < 0
            ? 'M-0.086 -0.585 l-0.01 -0.003 M-0.074 -0.576 l-0.009 0.006'
            : 'M0.086 -0.585 l0.01 -0.003 M0.074 -0.576 l0.009 0.006',
        ),
      );
    }
    ctx.lineWidth = 0.0085;
    ctx.stroke(new Path2D('M-0.092 -0.632 Q-0.058 -0.654 -0.026 -0.634 M0.026 -0.634 Q0.058 -0.654 0.092 -0.632'));
    ctx.lineWidth = 0.0052;
    ctx.stroke(new Path2D('M-0.004 -0.588 C-0.006 -0.55 -0.024 -0.524 -0.014 -0.515 Q-0.002 -0.507 0.012 -0.514'));
    ctx.fillStyle = lip;
    ctx.fill(
      new Path2D(
        'M-0.036 -0.464 C-0.02 -0.476 -0.008 -0.479 0 -0.473 C0.008 -0.479 0.02 -0.476 0.036 -0.464 C0.02 -0.461 -0.02 -0.461 -0.036 -0.464 Z',
      ),
    );
    ctx.fillStyle = lighter(lip, 0.05);
    ctx.fill(
      new Path2D('M-0.036 -0.463 C-0.02 -0.46 0.02 -0.46 0.036 -0.463 C0.022 -0.441 -0.022 -0.441 -0.036 -0.463 Z'),
    );
    if (freckles)
      for (const [x, y] of [
        [-0.07, -0.545],
        [-0.055, -0.533],
        [-0.04, -0.546],
        [0.05, -0.545],
        [0.066, -0.534],
        [0.08, -0.547],
      ] as const)
        disc(ctx, x, y, 0.0036, alpha(line, 0.55));
  };
}
