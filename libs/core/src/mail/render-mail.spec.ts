import { z } from 'zod';
import { defineMail } from './define-mail.js';
import { renderMail } from './render-mail.js';

describe('a rendered mail', () => {
  const content = {
    subject: 'From <b>Eve</b>\r\nBcc: all@example.com',
    paragraphs: ['1 < 2 & "quoted"', '<script>alert(1)</script>'],
    action: { label: 'Open', url: 'https://example.com/?a=1&b="2"' },
    closing: "It's over",
  };

  it('says the same as text and as HTML, and nothing in it is markup', () => {
    const { text, html } = renderMail(content, 'en');
    expect(text).toBe(
      '1 < 2 & "quoted"\n\n<script>alert(1)</script>\n\nOpen:\nhttps://example.com/?a=1&b="2"\n\nIt\'s over\n',
    );
    expect(html).not.toMatch(/<script|<b>/);
    expect(html).toContain('href="https://example.com/?a=1&#38;b=&#34;2&#34;"');
  });

  it('keeps its subject on one line: no further headers', () => {
    expect(renderMail(content, 'en').subject).toBe('From <b>Eve</b> Bcc: all@example.com');
  });

  it('speaks the reader’s language, Portuguese where we have no other', () => {
    const mail = defineMail({
      name: 'test.greeting',
      data: z.object({ name: z.string() }),
      content: {
        'pt-BR': ({ name }) => ({ subject: `Olá ${name}`, paragraphs: [] }),
        en: ({ name }) => ({ subject: `Hello ${name}`, paragraphs: [] }),
      },
    });
    expect(['pt-BR', 'en', 'en-GB', 'de'].map((locale) => mail.render({ name: 'Ana' }, locale).subject)).toEqual([
      'Olá Ana',
      'Hello Ana',
      'Hello Ana',
      'Olá Ana',
    ]);
    expect(() => mail.render({}, 'en')).toThrow();
  });
});
