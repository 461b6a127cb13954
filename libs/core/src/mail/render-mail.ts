/** What a mail says; text and HTML are made of it. All of it is plain text, whoever typed it. */
export interface MailContent {
  subject: string;
  paragraphs: string[];
  /** The one thing to do. */
  action?: { label: string; url: string };
  /** Small print after the action. */
  closing?: string;
}

export interface RenderedMail {
  subject: string;
  text: string;
  html: string;
}

/** The mail as text and as HTML that mail programs of all ages show: one column, no images, no scripts. */
export function renderMail(content: MailContent, locale: string): RenderedMail {
  const { subject, paragraphs, action, closing } = content;
  const text = [...paragraphs, ...(action ? [`${action.label}:\n${action.url}`] : []), ...(closing ? [closing] : [])];
  const html = [
    ...paragraphs.map((paragraph) => `<p style="margin:0 0 16px">${escapeHtml(paragraph)}</p>`),
    ...(action ? [button(action)] : []),
    ...(closing ? [`<p style="margin:24px 0 0;color:#6b7280;font-size:13px">${escapeHtml(closing)}</p>`] : []),
  ].join('\n');
  return {
    subject: oneLine(subject),
    text: `${text.join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="${locale}"><head><meta charset="utf-8"><title>${escapeHtml(oneLine(subject))}</title></head>
<body style="margin:0;padding:32px 16px;background:#f3f4f6;font:16px/1.5 system-ui,sans-serif;color:#111827">
<div style="max-width:520px;margin:0 auto;padding:32px;background:#ffffff;border-radius:12px">
${html}
</div></body></html>
`,
  };
}

function button({ label, url }: { label: string; url: string }): string {
  const style =
    'display:inline-block;padding:12px 20px;background:#111827;color:#ffffff;border-radius:8px;text-decoration:none';
  return `<p style="margin:24px 0"><a href="${escapeHtml(url)}" style="${style}">${escapeHtml(label)}</a></p>`;
}

/** A line break in a header would begin another header. */
function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

/** Makes any text safe between tags and within quoted attributes. */
export function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
