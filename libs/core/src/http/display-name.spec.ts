import { isDisplayName } from './display-name.js';

describe('a name that is shown', () => {
  it('can be in any script, with accents and emoji', () => {
    for (const name of [
      'Estúdio Água & Cia',
      'João da Silva-O’Neill',
      '株式会社ベース',
      'สวัสดีที่นี่',
      'हिन्दी क्षेत्र',
      'محمد علي',
      'Tiếng Việt',
      '👩🏽‍🚀 Família 👨‍👩‍👧',
      '❤️ 7️⃣ 🇧🇷',
      '42',
      'Booking.com (São Paulo)',
    ]) {
      expect([name, isDisplayName(name.normalize('NFC'))]).toEqual([name, true]);
    }
  });

  it('cannot be invisible, turn the text around it or cover it', () => {
    for (const name of [
      '\u200b\u200b',
      '\u202eevil',
      'a\u2066b',
      'Z' + '\u0301'.repeat(100),
      '\u0301abc',
      'a \u0301\u0301b',
      '\u3164',
      '\u2800',
      'a\u00adb',
      'a\u200db',
      'nul\u0000l',
      'line\u2028break',
      '---',
      '',
    ]) {
      expect([name, isDisplayName(name)]).toEqual([name, false]);
    }
  });

  it('cannot be a web address', () => {
    expect(['Visit http://evil.example/now', 'see WWW.evil.example'].map(isDisplayName)).toEqual([false, false]);
  });
});
