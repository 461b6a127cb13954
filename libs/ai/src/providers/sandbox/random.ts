import { createHash } from 'node:crypto';
import { createNoise2D, createNoise3D } from 'simplex-noise';

/** A seeded source of numbers: the same key always gives the same sequence, on every machine. */
export interface Random {
  /** In [0, 1). */
  next(): number;
  /** In [low, high). */
  between(low: number, high: number): number;
  /** A whole number from low to high, both included. */
  whole(low: number, high: number): number;
  pick<T>(choices: readonly T[]): T;
  chance(probability: number): boolean;
  /** -1 or 1. */
  sign(): -1 | 1;
  /** The same choices in another order. */
  shuffled<T>(choices: readonly T[]): T[];
  /** An independent sequence for one part of the work, so that adding a part does not change the others. */
  fork(part: string): Random;
}

/** sfc32 (Chris Doty-Humphrey, PractRand): small, fast, passes BigCrush; seeded by SHA-256 of the key. */
export function seededRandom(key: string): Random {
  const digest = createHash('sha256').update(key).digest();
  let a = digest.readInt32LE(0);
  let b = digest.readInt32LE(4);
  let c = digest.readInt32LE(8);
  let counter = digest.readInt32LE(12);

  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 4294967296;
  };
  const whole = (low: number, high: number): number => low + Math.floor(next() * (high - low + 1));
  const pick = <T>(choices: readonly T[]): T => {
    if (choices.length === 0) throw new RangeError('Nothing to pick from');
    return choices[Math.floor(next() * choices.length)] as T;
  };

  return {
    next,
    between: (low, high) => low + next() * (high - low),
    whole,
    pick,
    chance: (probability) => next() < probability,
    sign: () => (next() < 0.5 ? -1 : 1),
    shuffled: (choices) => {
      const order = [...choices];
      for (let i = order.length - 1; i > 0; i -= 1) {
        const j = Math.floor(next() * (i + 1));
        const held = order[i];
        const other = order[j];
        if (held === undefined || other === undefined) continue;
        order[i] = other;
        order[j] = held;
      }
      return order;
    },
    fork: (part) => seededRandom(`${key}\u0000${part}`),
  };
}

/** Smooth noise in [-1, 1] over two coordinates. */
export function plane(random: Random): (x: number, y: number) => number {
  return createNoise2D(() => random.next());
}

/** Smooth noise in [-1, 1] over three coordinates. */
export function space(random: Random): (x: number, y: number, z: number) => number {
  return createNoise3D(() => random.next());
}
