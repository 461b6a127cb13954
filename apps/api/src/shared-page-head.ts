import { escapeHtml } from '#core/mail';
import type { SharedHeading } from '#studio';

/**
 * The Studio's page as programs read it that run no scripts, such as a chat that a share link is pasted into: what is
 * shared and by whom, and not to be listed. No picture and no prompt: what a chat keeps of them stays when the link is
 * revoked.
 * @param heading undefined for a link that shows nothing
 */
export function withSharedHead(page: string, heading: SharedHeading | undefined): string {
  const robots = '<meta name="robots" content="noindex" />';
  if (!heading) return page.replace('</head>', `${robots}</head>`);
  const organization = escapeHtml(heading.organizationName);
  const title = heading.title ? escapeHtml(heading.title) : organization;
  const head = [
    robots,
    '<meta property="og:type" content="website" />',
    '<meta property="og:site_name" content="BASE Studio" />',
    `<meta property="og:title" content="${title}" />`,
    `<meta property="og:description" content="${organization}" />`,
  ].join('\n    ');
  // Given as functions: what people write may hold the patterns of a replacement.
  return page
    .replace(/<title>[^<]*<\/title>/, () => `<title>${title} · BASE Studio</title>`)
    .replace('</head>', () => `${head}\n  </head>`);
}
