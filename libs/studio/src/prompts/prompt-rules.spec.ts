import { describe, expect, it } from '@jest/globals';
import { enhanceByRules, languageOf } from './prompt-rules.js';

describe('the rules for prompts', () => {
  it('add what is missing in the language of the prompt, and keep every word of it', () => {
    const { enhanced, changes } = enhanceByRules('um farol', 'image', 'pt-BR');
    expect(enhanced.startsWith('um farol, ')).toBe(true);
    expect(changes.map(({ aspect }) => aspect)).toEqual(['composition', 'light', 'colour', 'detail']);
    for (const { text } of changes) expect(enhanced).toContain(text);
  });

  it('say the same of the same prompt', () => {
    expect(enhanceByRules('a fox', 'video', 'en')).toEqual(enhanceByRules('a fox', 'video', 'en'));
  });

  it('leave a prompt alone that says enough', () => {
    const full = 'Close portrait, soft light, blue and gold, fine texture';
    expect(enhanceByRules(full, 'image', 'en')).toEqual({ enhanced: full, changes: [] });
  });

  it('speak of sound to what is heard', () => {
    const aspects = enhanceByRules('tema de abertura', 'audio', 'pt-BR').changes.map(({ aspect }) => aspect);
    expect(aspects).toEqual(['sound', 'mood']);
  });

  it.each([
    ['um farol', 'pt-BR'],
    ['Raposa na neve', 'pt-BR'],
    ['a fox in snow', 'en'],
    ['lighthouse', 'en'],
  ])('take %s for %s', (prompt, language) => {
    expect(languageOf(prompt)).toBe(language);
  });
});
