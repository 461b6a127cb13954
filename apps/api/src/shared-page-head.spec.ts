import { describe, expect, it } from '@jest/globals';
import { withSharedHead } from './shared-page-head.js';

const PAGE = '<!doctype html><html><head><title>BASE Studio</title></head><body></body></html>';

describe('the page of a share link, without scripts', () => {
  it('tells what is shared and by whom, as text, and asks not to be listed', () => {
    const page = withSharedHead(PAGE, { title: `A & "B" </title><script>$&`, organizationName: 'Estúdio <Água>' });
    const title = 'A &#38; &#34;B&#34; &#60;/title&#62;&#60;script&#62;$&#38;';
    expect(page).toContain(`<title>${title} · BASE Studio</title>`);
    expect(page).toContain(`<meta property="og:title" content="${title}" />`);
    expect(page).toContain('<meta property="og:description" content="Estúdio &#60;Água&#62;" />');
    expect(page).toContain('<meta name="robots" content="noindex" />');
    expect(withSharedHead(PAGE, { title: '', organizationName: 'Água' })).toContain(
      '<title>Água · BASE Studio</title>',
    );
  });

  it('of a link that shows nothing says nothing, and asks not to be listed either', () => {
    const page = withSharedHead(PAGE, undefined);
    expect(page.replace('<meta name="robots" content="noindex" />', '')).toBe(PAGE);
    expect(page).not.toBe(PAGE);
  });
});
