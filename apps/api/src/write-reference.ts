import 'reflect-metadata';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { auditCatalogue } from '#core/audit';
import { runMain } from '#core/config';
import { errorCatalogue } from '#core/errors';
import { EVENT_TYPES } from '#core/events';
import { ALL_PERMISSIONS, PERMISSIONS, type Role, ROLES } from '#core/http';
import { referencePage } from '#core/reference';
// Loads every feature, and with it every error that a feature declares.
import './api.module.js';

/** Writes the reference pages whose truth is in the code: error codes, permissions, event types, audit actions. */
runMain(async () => {
  const directory = process.argv[2];
  if (!directory) throw new Error('Usage: write-reference <directory>');
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, 'errors.md'), errors());
  await writeFile(join(directory, 'permissions.md'), permissions());
  await writeFile(join(directory, 'events.md'), events());
  await writeFile(join(directory, 'audit.md'), audit());
});

function errors(): string {
  const rows = errorCatalogue().map(({ code, status, title }) => [`\`${code}\``, String(status), title]);
  return referencePage(
    'Errors',
    'Every refusal is an RFC 9457 problem document; branch on `code`.',
    ['Code', 'Status', 'Meaning'],
    rows,
  );
}

function permissions(): string {
  const rows = ALL_PERMISSIONS.map((permission) => [
    `\`${permission}\``,
    ...ROLES.map((role) => ((PERMISSIONS[permission] as readonly Role[]).includes(role) ? 'yes' : '')),
  ]);
  return referencePage(
    'Permissions',
    'Who may do what. A permission is also the scope that an API key needs.',
    ['Permission', ...ROLES],
    rows,
  );
}

function events(): string {
  const rows = Object.entries(EVENT_TYPES).map(([type, meaning]) => [`\`${type}\``, meaning]);
  return referencePage('Events', 'What the event log, the streams and webhooks tell.', ['Type', 'Meaning'], rows);
}

function audit(): string {
  const rows = auditCatalogue().map(({ name, target, summary, fields }) => [
    `\`${name}\``,
    `\`${target}\``,
    summary,
    fields.map((field) => `\`${field}\``).join(', '),
  ]);
  return referencePage(
    'Audit actions',
    'What the audit log tells. Before and after show the fields named here and no others.',
    ['Action', 'Target', 'Meaning', 'Fields'],
    rows,
  );
}
