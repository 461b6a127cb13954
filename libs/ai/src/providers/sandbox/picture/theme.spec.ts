import { seededRandom } from '../random.js';
import { chooseTheme } from './theme.js';

function theme(prompt: string, seed = 1): ReturnType<typeof chooseTheme> {
  return chooseTheme(prompt, seededRandom(`${seed}`));
}

describe('the theme of a picture', () => {
  it.each([
    ['Um veleiro no mar', 'sea'],
    ['a sailing boat on the ocean', 'sea'],
    ['Floresta com neblina', 'forest'],
    ['misty forest', 'forest'],
    ['CIDADE à noite', 'city'],
    ['city skyline', 'city'],
    ['retrato de uma mulher na praia', 'portrait'],
    ['portrait of a man in the city', 'portrait'],
    ['foto de produto: perfume em fundo azul', 'still-life'],
    ['cosmetic product on a podium', 'still-life'],
    ['montanhas nevadas', 'ridges'],
    ['aurora boreal', 'aurora'],
    ['planeta com anéis', 'orbits'],
    ['flores no jardim', 'botanical'],
    ['pôster bauhaus', 'geometry'],
  ])('of “%s” is %s: the first subject named decides', (prompt, motif) => {
    expect(theme(prompt).motif).toBe(motif);
  });

  it('takes its colours from the words for light and season', () => {
    for (const seed of [1, 2, 3, 4]) {
      expect(theme('praia ao pôr do sol', seed).palette.moods).toContain('sunset');
      expect(theme('beach at sunset', seed).palette.moods).toContain('sunset');
      expect(theme('cidade à noite', seed).palette.moods).toContain('night');
      expect(theme('autumn forest', seed).palette.moods).toContain('autumn');
      expect(theme('cidade em preto e branco', seed).palette.name).toBe('noir');
    }
  });

  it('does not mistake a word for another that begins alike', () => {
    expect(theme('um marceneiro trabalha, xyz').motif).toBe(theme('um qwert trabalha, xyz').motif);
  });

  it('without a known word is a matter of the seed, and of nothing else', () => {
    const seen = new Set(Array.from({ length: 60 }, (_, seed) => theme('qwert', seed).motif));
    expect(seen.size).toBeGreaterThan(8);
    expect(theme('qwert', 5)).toMatchObject({ motif: theme('qwert', 5).motif, palette: theme('qwert', 5).palette });
  });
});
