import { nameInMail } from './name-in-mail.js';

describe('a name in a mail to a stranger', () => {
  it('carries no address that can be clicked, and stays short', () => {
    expect(nameInMail('Visit http://evil.example/now and win')).toBe('Visit evil example now and win');
    expect(nameInMail('write to ana@evil.example')).toBe('write to ana evil example');
    expect(nameInMail('a\r\nBcc: b')).toBe('aBcc: b');
    expect(Array.from(nameInMail('Very long '.repeat(12)))).toHaveLength(60);
    expect(nameInMail('Estúdio Água & Cia. Ltda.')).toBe('Estúdio Água & Cia. Ltda.');
  });
});
