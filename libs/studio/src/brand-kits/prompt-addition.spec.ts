import { expect, it } from '@jest/globals';
import { promptAddition } from './prompt-addition.js';

const AURORA = {
  colors: [
    { name: 'Azul profundo', value: '#12355b' },
    { name: 'Areia', value: '#e9d8a6' },
  ],
  tone: 'acolhedor, artesanal.',
  keywords: ['luz da manhã', 'madeira clara'],
};

it('says palette, mood and keywords in the language of the prompt', () => {
  expect(promptAddition(AURORA, 'pt-BR')).toBe(
    'Paleta da marca: Azul profundo (#12355b), Areia (#e9d8a6). Clima: acolhedor, artesanal. Palavras-chave: luz da manhã, madeira clara.',
  );
  expect(promptAddition(AURORA, 'en')).toMatch(/^Brand palette: .* Mood: .* Keywords: .*\.$/);
});

it('leaves out what is empty', () => {
  expect(promptAddition({ colors: [], tone: '', keywords: ['neon'] }, 'en')).toBe('Keywords: neon.');
  expect(promptAddition({ colors: [], tone: '', keywords: [] }, 'en')).toBe('');
});
