import { randomBytes } from 'node:crypto';
import { Readable } from 'node:stream';
import { Injectable } from '@nestjs/common';
import { makeZip, predictLength } from 'client-zip';
import { AuditTrail } from '#core/audit';
import { AppConfig } from '#core/config';
import { newId, sha256 } from '#core/crypto';
import { type Db, InjectDb, withTenant } from '#core/db';
import { InvalidRequest } from '#core/errors';
import type { Tenant } from '#core/http';
import { FileStorage } from '#core/storage';
import { GenerationsDownloaded } from '../studio.audit.js';
import { DownloadEmpty, DownloadLinkSpent, DownloadTooLarge } from '../studio.errors.js';
import { archiveNames } from './archive-names.js';
import { type CreateDownloadDto, type DownloadDto, MAX_ARCHIVE_FILES } from './downloads.dto.js';
import { type ArchivedFile, DownloadsRepository } from './downloads.repository.js';

const MAX_ARCHIVE_BYTES = 20n * 1024n ** 3n;
const LINK_LIFE_MS = 10 * 60_000;
const TOKEN = /^[\w-]{43}$/;

/** An archive on its way: a stream, and how long it will be to the byte. */
export interface OpenArchive {
  fileName: string;
  bytes: bigint;
  body: Readable;
}

/** Many files as one ZIP, read from storage while it is sent: what is in memory is a chunk of one file. */
@Injectable()
export class DownloadsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: DownloadsRepository,
    private readonly storage: FileStorage,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /**
   * Makes a link that hands out the archive once, within ten minutes.
   * @throws InvalidRequest, DownloadEmpty, DownloadTooLarge
   */
  async create(tenant: Tenant, dto: CreateDownloadDto): Promise<DownloadDto> {
    const token = randomBytes(32).toString('base64url');
    const expiresAt = new Date(Date.now() + LINK_LIFE_MS);
    const organizationId = tenant.organization.id;
    const { fileCount, bytes } = await withTenant(this.db, tenant.claims, async (trx) => {
      const files = await this.chosen(dto, {
        byIds: (ids) => this.repository.listChosen(trx, organizationId, ids),
        byProject: (id) => this.repository.listOfProject(trx, organizationId, id, MAX_ARCHIVE_FILES + 1),
      });
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0n);
      assertFits(files.length, bytes);
      const id = newId();
      await this.repository.insertLink(trx, {
        id,
        organizationId,
        tokenHash: sha256(token),
        generationIds: files.map((file) => file.id),
        createdBy: tenant.userId,
        expiresAt,
      });
      const counts = { fileCount: files.length, bytes: Number(bytes) };
      await this.audit.write(trx, GenerationsDownloaded, { by: tenant, target: id, after: counts });
      return counts;
    });
    return { url: `${this.config.http.publicUrl}/api/studio/downloads/${token}`, expiresAt, fileCount, bytes };
  }

  /** Uses the link up. @throws DownloadLinkSpent */
  async open(token: string): Promise<OpenArchive> {
    const files = TOKEN.test(token) ? await this.repository.take(this.db, sha256(token)) : [];
    if (files.length === 0) throw DownloadLinkSpent('Ask for the download again.');
    const names = archiveNames(files);
    const entries = files.map((file, place) => ({
      name: names[place] ?? '',
      size: file.bytes,
      lastModified: file.createdAt,
      file,
    }));
    const zip = makeZip(this.contents(entries), { buffersAreUTF8: true });
    return {
      fileName: `base-agency-${new Date().toISOString().slice(0, 10)}.zip`,
      bytes: predictLength(entries.map(({ name, size }) => ({ name, size }))),
      body: Readable.fromWeb(zip as Parameters<typeof Readable.fromWeb>[0]),
    };
  }

  /** Opens a file when its turn has come, and closes it whatever becomes of the download. */
  private *contents(entries: { name: string; size: bigint; lastModified: Date; file: ArchivedFile }[]) {
    for (const { file, ...entry } of entries) {
      const input = this.storage.read(file.storagePath);
      try {
        yield { ...entry, input };
      } finally {
        input.destroy();
      }
    }
  }

  private async chosen<File>(
    { generationIds, projectId }: CreateDownloadDto,
    list: { byIds: (ids: string[]) => Promise<File[]>; byProject: (id: string) => Promise<File[] | undefined> },
  ): Promise<File[]> {
    if (generationIds !== undefined && projectId === undefined) return list.byIds(generationIds);
    if (projectId === undefined || generationIds !== undefined) {
      const message = 'name either files or a project';
      throw InvalidRequest({ errors: [{ pointer: '/generationIds', code: 'either_files_or_project', message }] });
    }
    const files = await list.byProject(projectId);
    if (files) return files;
    throw InvalidRequest({
      detail: 'The project does not exist in this organization.',
      errors: [{ pointer: '/projectId', code: 'unknown_project', message: 'does not exist in this organization' }],
    });
  }
}

function assertFits(fileCount: number, bytes: bigint): void {
  if (fileCount === 0) throw DownloadEmpty('Choose files that exist and are not in the bin.');
  if (fileCount <= MAX_ARCHIVE_FILES && bytes <= MAX_ARCHIVE_BYTES) return;
  throw DownloadTooLarge({
    detail: `An archive holds at most ${MAX_ARCHIVE_FILES} files and ${MAX_ARCHIVE_BYTES / 1024n ** 3n} GiB. Choose fewer.`,
    extensions: { maxFiles: MAX_ARCHIVE_FILES, maxBytes: Number(MAX_ARCHIVE_BYTES) },
  });
}
