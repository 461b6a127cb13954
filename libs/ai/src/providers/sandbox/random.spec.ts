import { seededRandom } from './random.js';

describe('seeded chance', () => {
  it('repeats itself for one key, on every machine', () => {
    const random = seededRandom('base');
    const again = seededRandom('base');
    const first = Array.from({ length: 1000 }, () => random.next());
    expect(Array.from({ length: 1000 }, () => again.next())).toEqual(first);
    expect(Array.from({ length: 4 }, () => seededRandom('fixed').next())).toEqual(
      Array(4).fill(seededRandom('fixed').next()),
    );
  });

  it('is even enough, and independent between parts', () => {
    const random = seededRandom('spread');
    const counts = Array<number>(10).fill(0);
    for (let i = 0; i < 20_000; i += 1) {
      const slot = Math.floor(random.next() * 10);
      counts[slot] = (counts[slot] ?? 0) + 1;
    }
    for (const count of counts) expect(Math.abs(count - 2000)).toBeLessThan(220);
    expect(random.fork('a').next()).not.toBe(random.fork('b').next());
  });

  it('may pick nothing where nothing is a choice, and cannot pick from nothing', () => {
    expect(seededRandom('a').pick([null])).toBeNull();
    expect(() => seededRandom('a').pick([])).toThrow(RangeError);
  });

  it('loses and doubles nothing when it shuffles', () => {
    const letters = 'a b c d e f g h'.split(' ');
    expect(seededRandom('mix').shuffled(letters).sort()).toEqual(letters);
    expect(letters.join('')).toBe('abcdefgh');
  });
});
