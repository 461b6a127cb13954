import type { Readable } from 'node:stream';
import { Injectable, Logger } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { newId, sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { IdempotencyConflict, InvalidRequest, messageOf, NotFound } from '#core/errors';
import { type Tenant, uploadTooLarge } from '#core/http';
import { FetchFailed, OutboundFetch } from '#core/outbound';
import { Queues } from '#core/queue';
import { FileTooLarge, FileStorage } from '#core/storage';
import { AssetCreated, AssetDeleted } from '../ai.audit.js';
import { MakePreviews } from '../ai.jobs.js';
import { AssetIntake, type TakenFile } from './asset-intake.js';
import { AssetQuotaExceeded } from './assets.errors.js';
import { type AssetKind, type AssetRow, AssetsRepository, type StorageAllowance } from './assets.repository.js';

const FETCH_TIMEOUT_MS = 60_000;
const MAX_NAME_CHARACTERS = 255;
const GENERATED_NAME_CHARACTERS = 60;
const MEGABYTE = 1024 ** 2;

/** A file to keep. */
export interface NewUpload {
  body: Readable;
  /** What the sender calls it; cleaned up here. */
  name: string;
  /** What the sender says it is, if anything; refused when the content says otherwise. */
  declaredType?: string;
  /** Repeating a request with the same key and file finds the first asset. */
  idempotencyKey?: string;
  /** Also look for an asset with the same content, and make none then. */
  reuse?: boolean;
  metadata?: Record<string, unknown>;
  /** What it is for; `reference` when absent. */
  kind?: AssetKind;
  projectId?: string;
}

export interface CreatedAsset {
  asset: AssetRow;
  isReplayed: boolean;
}

/** The organization's uploads. A file is written before its row and deleted after: a row never names a missing file. */
@Injectable()
export class AssetsService {
  private readonly logger = new Logger('Assets');

  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: AssetsRepository,
    private readonly intake: AssetIntake,
    private readonly storage: FileStorage,
    private readonly outbound: OutboundFetch,
    private readonly queues: Queues,
    private readonly audit: AuditTrail,
  ) {}

  /** What is stored, and what the plan allows. */
  allowance(tenant: Tenant): Promise<StorageAllowance> {
    return this.asTenant(tenant, (trx) => this.repository.findAllowance(trx, tenant.organization.id));
  }

  /** The most that one upload may have now: what the plan allows, and what is left of its storage; bytes. @throws AssetQuotaExceeded */
  async maxUploadBytes(tenant: Tenant): Promise<number> {
    const allowance = await this.allowance(tenant);
    const left = allowance.storage - allowance.used;
    if (left <= 0n) throw quotaExceeded(allowance);
    return left < BigInt(allowance.upload) ? Number(left) : allowance.upload;
  }

  /**
   * Streams a file in and keeps it. Equal files of one organization are stored once.
   * @throws the refusals of AssetIntake; UploadTooLarge, AssetQuotaExceeded, IdempotencyConflict, InvalidRequest for a
   *   project that is not there; nothing is kept then
   */
  async create(tenant: Tenant, upload: NewUpload): Promise<CreatedAsset> {
    const maxBytes = await this.maxUploadBytes(tenant);
    const id = newId();
    const organizationId = tenant.organization.id;
    const { body, declaredType } = upload;
    const file = await this.intake
      .take({ organizationId, assetId: id, body, declaredType, maxBytes })
      .catch((error: unknown) => {
        throw FileTooLarge.is(error) ? uploadTooLarge(maxBytes, error) : error;
      });
    let created: CreatedAsset | undefined;
    try {
      created = await this.asTenant(tenant, (trx) => this.keep(trx, tenant, id, file, upload));
      if (!created.isReplayed) this.wantPreviews();
      return created;
    } finally {
      // An equal file was there already, or the upload was refused.
      if (created?.asset.storagePath !== file.storagePath) await this.storage.delete(file.storagePath);
    }
  }

  /**
   * Fetches a public address and keeps what is there.
   * @throws AddressRefused, FetchFailed, and what `create` throws
   */
  async import(
    tenant: Tenant,
    address: string,
    upload: Omit<NewUpload, 'body' | 'name'> & { name?: string },
  ): Promise<CreatedAsset> {
    const url = this.outbound.check(address, 'customer');
    const maxBytes = await this.maxUploadBytes(tenant);
    const answer = await this.outbound.fetch(address, {
      writtenBy: 'customer',
      timeoutMs: FETCH_TIMEOUT_MS,
      maxBytes: maxBytes + 1,
    });
    if (answer.status !== 200) {
      answer.body.destroy();
      throw FetchFailed(`The address answers ${answer.status}.`);
    }
    return this.create(tenant, {
      ...upload,
      name: upload.name ?? nameIn(url),
      body: answer.body,
      // Its query may be somebody's secret.
      metadata: { ...upload.metadata, source: `${url.origin}${url.pathname}`.slice(0, 1000) },
    });
  }

  /**
   * Keeps a copy of a generated file, named by the words it was made from; an equal asset is taken as it is.
   * @throws NotFound also for one in the bin, and what `create` throws
   */
  async createFromGeneration(tenant: Tenant, generationId: string): Promise<CreatedAsset> {
    const file = await this.asTenant(tenant, (trx) =>
      this.repository.findGenerated(trx, tenant.organization.id, generationId),
    );
    if (!file) throw NotFound();
    const extension = file.mimeType.split('/')[1] ?? '';
    const body = this.storage.read(file.storagePath);
    const name = `${(file.prompt ?? generationId).slice(0, GENERATED_NAME_CHARACTERS).trim()}.${extension}`;
    return this.create(tenant, { body, name, reuse: true, metadata: { generationId } });
  }

  /** @throws NotFound also for another organization's asset */
  async get(tenant: Tenant, assetId: string): Promise<AssetRow> {
    const asset = await this.asTenant(tenant, (trx) => this.repository.find(trx, tenant.organization.id, assetId));
    if (!asset) throw NotFound();
    return asset;
  }

  /** Newest first. */
  list(tenant: Tenant, filter: Parameters<AssetsRepository['list']>[2]): Promise<AssetRow[]> {
    return this.asTenant(tenant, (trx) => this.repository.list(trx, tenant.organization.id, filter));
  }

  /** Gone at once for everybody; open jobs still find the file, which is removed when none needs it. @throws NotFound */
  async delete(tenant: Tenant, assetId: string): Promise<void> {
    await this.asTenant(tenant, async (trx) => {
      const asset = await this.repository.markDeleted(trx, tenant.organization.id, assetId);
      if (!asset) throw NotFound();
      await this.audit.write(trx, AssetDeleted, { by: tenant, target: assetId, before: toAudit(asset) });
    });
  }

  private async keep(trx: Trx, tenant: Tenant, id: string, file: TakenFile, upload: NewUpload): Promise<CreatedAsset> {
    const organizationId = tenant.organization.id;
    await this.repository.lock(trx, organizationId);
    const idempotencyKey = upload.idempotencyKey === undefined ? null : keyOf(tenant, upload.idempotencyKey);
    const first = idempotencyKey && (await this.repository.findByKey(trx, organizationId, idempotencyKey));
    if (first) {
      if (first.sha256 !== file.sha256)
        throw IdempotencyConflict('Send the file of the first request, or another key.');
      return { asset: first, isReplayed: true };
    }
    const same = await this.repository.findSame(trx, organizationId, file.sha256);
    if (same && upload.reuse) return { asset: same, isReplayed: true };
    const allowance = await this.repository.findAllowance(trx, organizationId);
    if (allowance.used + file.bytes > allowance.storage) throw quotaExceeded(allowance);
    const { kind = 'reference', projectId, name, metadata = {} } = upload;
    if (projectId !== undefined && !(await this.repository.isProject(trx, organizationId, projectId))) {
      throw unknownProject();
    }
    const asset = await this.repository.insert(trx, {
      ...file,
      id,
      organizationId,
      projectId: projectId ?? null,
      userId: tenant.userId,
      kind,
      name: cleanName(name),
      storagePath: same?.storagePath ?? file.storagePath,
      idempotencyKey,
      metadata,
    });
    await this.audit.write(trx, AssetCreated, { by: tenant, target: id, after: toAudit(asset) });
    return { asset, isReplayed: false };
  }

  /** Many wishes at a time are one message; without it they are made a minute later. */
  private wantPreviews(): void {
    void this.queues.enqueue(MakePreviews, {}, { messageId: MakePreviews.name }).catch((error: unknown) => {
      this.logger.warn(`Previews wait for their next turn: ${messageOf(error)}`);
    });
  }

  private asTenant<T>(tenant: Tenant, work: (trx: Trx) => Promise<T>): Promise<T> {
    return withTenant(this.db, tenant.claims, work);
  }
}

/** A key is its caller's own. */
function keyOf(tenant: Tenant, key: string): string {
  return sha256([tenant.userId ?? tenant.apiKeyId ?? '', key].join('\n')).toString('base64url');
}

function toAudit({ kind, mimeType, bytes, sha256: checksum, projectId }: AssetRow) {
  return { kind, mimeType, bytes: Number(bytes), sha256: checksum, projectId };
}

/** A name that can be shown: one line, no control characters, not empty. */
function cleanName(name: string): string {
  const plain = name
    .toWellFormed()
    .normalize('NFC')
    .replace(/[\p{C}\p{Zl}\p{Zp}/\\]+/gu, ' ')
    .trim();
  return Array.from(plain).slice(0, MAX_NAME_CHARACTERS).join('') || 'file';
}

function nameIn(url: URL): string {
  try {
    return decodeURIComponent(url.pathname.split('/').at(-1) ?? '');
  } catch {
    return '';
  }
}

function quotaExceeded({ used, storage }: StorageAllowance): Error {
  return AssetQuotaExceeded({
    detail: `${used / BigInt(MEGABYTE)} of ${storage / BigInt(MEGABYTE)} MB are in use. Delete files, or take a larger plan.`,
    extensions: { usedBytes: Number(used), storageBytes: Number(storage) },
  });
}

function unknownProject(): Error {
  return InvalidRequest({
    detail: 'The project does not exist in this organization.',
    errors: [{ pointer: '/projectId', code: 'unknown_project', message: 'does not exist in this organization' }],
  });
}
