import fc from 'fast-check';
import { SLUG_PATTERN, slugOf, withSuffix } from './slug.js';

describe('short names', () => {
  it('are the display name in plain letters', () => {
    expect(slugOf('Estúdio Água & Cia')).toBe('estudio-agua-cia');
    expect(slugOf('  --Foo__Bar-- ')).toBe('foo-bar');
  });

  it('are valid for any display name, with and without a suffix', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1, maxLength: 120 }), (name) => {
        const slug = slugOf(name);
        expect(slug).toMatch(SLUG_PATTERN);
        expect(withSuffix(slug)).toMatch(SLUG_PATTERN);
        expect(withSuffix(slug)).not.toBe(slug);
      }),
    );
  });

  it('is none that people take for the platform itself', () => {
    for (const name of ['Base', 'ADMIN', 'Support', 'www']) {
      expect(slugOf(name)).toMatch(new RegExp(`^${name.toLowerCase()}-[a-z0-9]{5}$`));
    }
  });
});
