import { createCanvas } from '@napi-rs/canvas';
import { displayable, ellipsized, setFont, wrapped } from './typography.js';

const ctx = createCanvas(400, 100).getContext('2d');

function drawn(text: string): Buffer {
  const canvas = createCanvas(400, 100);
  const own = canvas.getContext('2d');
  setFont(own, 40, 500);
  own.fillStyle = '#000000';
  own.fillText(text, 10, 70);
  return Buffer.from(canvas.data());
}

describe('caption text', () => {
  beforeEach(() => setFont(ctx, 20, 500));

  it('keeps Portuguese whole, also when the accents come decomposed', () => {
    const text = 'Ação à beira-mar: coração, pêssego, ônibus, lingüiça — “é já”…';
    expect(displayable(text)).toBe(text);
    expect(displayable(text.normalize('NFD'))).toBe(text);
  });

  it('draws accents, and other scripts, from the shipped font', () => {
    expect(drawn('cão').equals(drawn('cao'))).toBe(false);
    const missing = drawn('\u{F8FF}');
    for (const letter of ['ã', 'ç', 'É', 'ő', 'ứ', 'Ж', 'Ω', '€', '…', '·'])
      expect(drawn(letter).equals(missing)).toBe(false);
  });

  it('leaves out what the font cannot show, and what then says nothing', () => {
    expect(displayable('praia 🏖️ azul\u0000\u202e\n\tfim')).toBe('praia azul fim');
    expect(displayable('🎉, 你好! — שלום.')).toBe('');
  });

  it('wraps within the width and ends in an ellipsis when there is more', () => {
    const lines = wrapped(ctx, 'uma praia tropical ao amanhecer com coqueiros, areia branca e água cristalina', 220, 2);
    expect(lines).toHaveLength(2);
    expect(lines[1]).toMatch(/…$/);
    for (const line of lines) expect(ctx.measureText(line).width).toBeLessThanOrEqual(220);
    expect(wrapped(ctx, 'curto', 220, 2)).toEqual(['curto']);
  });

  it('breaks a word that is longer than the line', () => {
    const lines = wrapped(ctx, 'x'.repeat(400), 220, 3);
    expect(lines).toHaveLength(3);
    for (const line of lines) expect(ctx.measureText(line).width).toBeLessThanOrEqual(220);
    expect(ellipsized(ctx, 'nothing fits here', 2)).toBe('');
  });
});
