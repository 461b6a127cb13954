import type { StoredMail } from './mailbox.js';
import { escapeHtml } from './render-mail.js';

/** Text, and the pages' one style: mails carry what strangers wrote. */
export const MAILBOX_CONTENT_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/** The list of mails, newest first. */
export function mailboxPage(mails: StoredMail[]): string {
  const rows = mails.map(
    (mail) => `<tr><td>${escapeHtml(mail.sentAt)}</td><td>${escapeHtml(mail.to)}</td>
<td><a href="/admin/mailbox/${encodeURIComponent(mail.id)}">${escapeHtml(mail.subject)}</a></td></tr>`,
  );
  const content = rows.length > 0 ? `<table>${rows.join('\n')}</table>` : '<p>No mail yet.</p>';
  return page('Mailbox', `<h1>Mailbox</h1><p>No SMTP server is configured: mails are kept here.</p>${content}`);
}

/** One mail: who it is for, and its text with the links to open. */
export function mailPage(mail: StoredMail): string {
  const text = escapeHtml(mail.text).replace(/https?:\/\/[^\s<]+/g, (url) => `<a href="${url}">${url}</a>`);
  return page(
    mail.subject,
    `<p><a href="/admin/mailbox">Mailbox</a></p><h1>${escapeHtml(mail.subject)}</h1>
<p>To ${escapeHtml(mail.to)}, ${escapeHtml(mail.sentAt)}</p><pre>${text}</pre>`,
  );
}

function page(title: string, body: string): string {
  const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:60rem;margin:2rem auto;padding:0 1rem}
td{padding:.25rem 1rem .25rem 0;vertical-align:top}pre{white-space:pre-wrap;overflow-wrap:anywhere}`;
  return `<!doctype html><html lang="en"><head><meta charset="utf-8"><title>${escapeHtml(title)}</title>
<style>${style}</style></head><body>${body}</body></html>`;
}
