import type { Random } from '../random.js';
import { Biquad, bell, envelope, filtered, noise, place, reverberate, sampleRate, samples, silence } from './waves.js';
import type { Sound } from './waves.js';

type Effect = (sound: Sound, random: Random, seconds: number) => void;

/** Words of the text, Portuguese and English, and the sound they ask for; the first that matches is made. */
const effects: readonly (readonly [RegExp, Effect])[] = [
  [/chuv|rain|garoa|tempestade|storm/, rain],
  [/trov|thunder|explos|boom|impact|impacto/, thunder],
  [/\bmar\b|ocean|onda|wave|praia|beach|\bsea\b|surf/, surf],
  [/vento|wind|brisa|breeze|nevasca/, wind],
  [/p[aá]ssar|bird|floresta|forest|selva|jungle/, birds],
  [/sino|bell|campainha|chime|gongo|gong|door/, bells],
  [/clique|click|bot[aã]o|button|interface|notifica|\bui\b|coin|moeda|game|jogo/, coin],
  [/passo|step|caminha|walk/, steps],
  [/motor|engine|carro|\bcar\b|moto|drone|avi[aã]o|plane/, engine],
  [/laser|sci-?fi|espa[cç]o|space|nave|robo|robô/, laser],
];

/** A sound effect chosen by the words of the text; without a known word, a whoosh with a landing. */
export function makeEffect(text: string, random: Random, seconds: number): Sound {
  const sound: Sound = { left: silence(seconds), right: silence(seconds) };
  const words = text.slice(0, 2000).toLowerCase();
  const effect = effects.find(([pattern]) => pattern.test(words))?.[1] ?? whoosh;
  effect(sound, random, seconds);
  reverberate(sound, 0.22, 0.7);
  return sound;
}

/** Noise through a filter that is set anew every 64 samples; different on both sides. */
function sweptNoise(sound: Sound, random: Random, tune: (filter: Biquad, share: number, side: number) => number): void {
  [sound.left, sound.right].forEach((channel, index) => {
    const side = index === 0 ? -1 : 1;
    const filter = new Biquad();
    const source = random.fork(`side${index}`);
    let gain = 0;
    let target = 0;
    for (let i = 0; i < channel.length; i += 1) {
      if (i % 64 === 0) target = tune(filter, i / channel.length, side);
      gain += (target - gain) * 0.01;
      channel[i] = (channel[i] ?? 0) + filter.run(source.next() * 2 - 1) * gain;
    }
  });
}

function rain(sound: Sound, random: Random, seconds: number): void {
  sweptNoise(sound, random, (filter, share, side) => {
    filter.highPass(1900 + 300 * Math.sin(share * 9 + side));
    return 0.1;
  });
  const drops = Math.round(seconds * 46);
  for (let drop = 0; drop < drops; drop += 1) {
    const tone = bell(random.between(1400, 4800), 0.035, [[1, 1, 130]]);
    place(sound, tone, {
      seconds: random.next() * seconds,
      gain: random.between(0.03, 0.16),
      pan: random.between(-0.9, 0.9),
    });
  }
}

function thunder(sound: Sound, random: Random, seconds: number): void {
  const rolls = Array.from({ length: 5 }, (_, index) => ({
    at: index === 0 ? 0.04 : random.between(0.08, 0.6),
    strength: index === 0 ? 1 : random.between(0.25, 0.6),
  }));
  sweptNoise(sound, random, (filter, share) => {
    const power = rolls.reduce(
      (sum, roll) => sum + (share < roll.at ? 0 : roll.strength * Math.exp(-(share - roll.at) * seconds * 1.9)),
      0,
    );
    filter.lowPass(90 + 900 * power, 0.8);
    return Math.min(1.4, power) * 1.5;
  });
}

function surf(sound: Sound, random: Random, seconds: number): void {
  const waves = Math.max(1, Math.round(seconds / 3.6));
  sweptNoise(sound, random, (filter, share, side) => {
    const phase = (share * waves + side * 0.02) % 1;
    const swell = phase < 0.4 ? (phase / 0.4) ** 2 : (1 - (phase - 0.4) / 0.6) ** 1.6;
    filter.lowPass(420 + 3800 * swell, 0.6);
    return 0.1 + 0.42 * swell;
  });
}

function wind(sound: Sound, random: Random, seconds: number): void {
  const start = random.next() * 10;
  sweptNoise(sound, random, (filter, share, side) => {
    const time = share * seconds;
    const gust = 0.5 + 0.3 * Math.sin(time * 0.9 + start + side * 0.3) + 0.2 * Math.sin(time * 2.3 + start * 2);
    filter.bandPass(320 + 620 * gust, 3.2);
    return 0.4 + 1.1 * gust;
  });
}

function birds(sound: Sound, random: Random, seconds: number): void {
  sweptNoise(sound, random, (filter) => {
    filter.bandPass(900, 0.5);
    return 0.018;
  });
  for (let at = 0.08; at < seconds - 0.15; at += random.between(0.22, 0.8)) {
    const notes = random.whole(2, 6);
    const base = random.between(2300, 4300);
    const pan = random.between(-0.9, 0.9);
    for (let call = 0; call < notes; call += 1) {
      const length = samples(random.between(0.04, 0.09));
      const shape = envelope(length, 0.008, 0.03);
      const bend = random.between(-900, 1300);
      const chirp = new Float32Array(length);
      let angle = 0;
      for (let i = 0; i < length; i += 1) {
        angle += (2 * Math.PI * (base + bend * (i / length) + 180 * Math.sin(i / 110))) / sampleRate;
        chirp[i] = Math.sin(angle) * (shape[i] ?? 0);
      }
      place(sound, chirp, { seconds: at + call * 0.095, gain: 0.2, pan });
    }
  }
}

function bells(sound: Sound, random: Random, seconds: number): void {
  const base = random.between(300, 520);
  const strokes = Math.max(1, Math.min(4, Math.floor(seconds / 0.75)));
  for (let stroke = 0; stroke < strokes; stroke += 1) {
    const tone = bell(base * (stroke % 2 === 0 ? 1 : 0.8), Math.min(4, seconds), [
      [0.5, 0.3, 1.1],
      [1, 0.6, 1.5],
      [1.19, 0.32, 2.1],
      [2, 0.4, 2.6],
      [2.74, 0.2, 4],
      [4.07, 0.12, 7],
    ]);
    place(sound, tone, { seconds: 0.02 + stroke * 0.72, gain: 0.36, pan: stroke % 2 === 0 ? -0.25 : 0.25 });
  }
}

function coin(sound: Sound, random: Random, seconds: number): void {
  const base = random.pick([880, 988, 1046]);
  for (let at = 0.01; at < Math.min(seconds, 1.3); at += 1) {
    [1, 1.335, 2.0].forEach((ratio, index) => {
      place(
        sound,
        bell(base * ratio, 0.5, [
          [1, 0.6, 8],
          [2, 0.25, 11],
          [3, 0.1, 16],
        ]),
        { seconds: at + index * 0.075, gain: 0.4, pan: index * 0.2 - 0.2 },
      );
    });
  }
}

function steps(sound: Sound, random: Random, seconds: number): void {
  let foot = -1;
  for (let at = 0.05; at < seconds - 0.1; at += random.between(0.46, 0.54)) {
    const thud = filtered(noise(random, 0.13), new Biquad().lowPass(random.between(210, 290)));
    const scrape = filtered(noise(random, 0.09), new Biquad().bandPass(random.between(1800, 2700), 1));
    for (const [part, gain, speed] of [
      [thud, 2.2, 34],
      [scrape, 0.22, 52],
    ] as const) {
      for (let i = 0; i < part.length; i += 1)
        part[i] = (part[i] ?? 0) * Math.exp((-i / sampleRate) * speed) * Math.min(1, i / 80);
      place(sound, part, { seconds: at, gain, pan: foot * 0.25 });
    }
    foot = -foot;
  }
}

function engine(sound: Sound, random: Random, seconds: number): void {
  const growl = [new Biquad(), new Biquad()];
  const base = random.between(38, 52);
  let phase = 0;
  for (let i = 0; i < sound.left.length; i += 1) {
    const time = i / sampleRate;
    const rev = 0.5 - 0.5 * Math.cos((2 * Math.PI * time) / Math.max(1, seconds));
    if (i % 64 === 0) for (const filter of growl) filter.lowPass(380 + 1300 * rev, 1.1);
    phase = (phase + (base * (1 + 1.5 * rev)) / sampleRate) % 1;
    const stroke = (1 - phase) ** 2 * Math.sin(phase * 2 * Math.PI * 3) + 0.5 * Math.sin(phase * 4 * Math.PI);
    const rough = stroke * (0.55 + 0.35 * rev) + (random.next() * 2 - 1) * 0.09;
    sound.left[i] = growl[0]?.run(rough) ?? 0;
    sound.right[i] = growl[1]?.run(rough * 0.94) ?? 0;
  }
}

function laser(sound: Sound, random: Random, seconds: number): void {
  for (let at = 0.02; at < seconds - 0.2; at += random.between(0.32, 0.62)) {
    const length = samples(0.3);
    const shape = envelope(length, 0.004, 0.22);
    const top = random.between(1500, 3200);
    const shot = new Float32Array(length);
    let angle = 0;
    for (let i = 0; i < length; i += 1) {
      angle += (2 * Math.PI * (140 + top * Math.exp((-i / length) * 4.2))) / sampleRate;
      shot[i] = (Math.sin(angle) + 0.35 * Math.sin(angle * 2.01)) * (shape[i] ?? 0);
    }
    place(sound, shot, { seconds: at, gain: 0.32, pan: random.between(-0.7, 0.7) });
  }
}

function whoosh(sound: Sound, random: Random, seconds: number): void {
  sweptNoise(sound, random, (filter, share, side) => {
    const rise = Math.min(1, share / 0.62);
    const power = share < 0.62 ? rise ** 2.4 : Math.exp(-(share - 0.62) * seconds * 4.5);
    filter.bandPass(240 + 3600 * rise ** 2 * (share < 0.62 ? 1 : power), 1.1);
    return power * (0.85 + 0.15 * side * Math.cos(share * Math.PI));
  });
  const landing = bell(random.between(52, 68), 0.9, [
    [1, 1, 5],
    [2.1, 0.3, 9],
  ]);
  place(sound, landing, { seconds: seconds * 0.62, gain: 0.55, pan: 0 });
}
