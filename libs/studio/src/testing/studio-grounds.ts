import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import { Module } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyAdapter } from '@nestjs/platform-fastify';
import { AppConfig } from '#core/config';
import { EventsModule } from '#core/events';
import { QueueModule } from '#core/queue';
import { FileStorage } from '#core/storage';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { type SignedIn, startTestApi, type TestAnswer, type TestApi } from '../../../auth/src/testing/index.js';
import { StudioHttpModule } from '../studio.http.module.js';

/** A file to put into the gallery; what is left out is an image nobody in particular made just now. */
export interface MadeGeneration {
  prompt?: string;
  type?: 'image' | 'video' | 'audio';
  model?: string;
  projectId?: string;
  userId?: string;
  /** How long ago, minutes. */
  ageMinutes?: number;
  credits?: number;
  storagePath?: string;
}

/** Files are served by this plugin, as in the API. */
@Module({})
class FilesModule {
  constructor(host: HttpAdapterHost<FastifyAdapter>, config: AppConfig) {
    void host.httpAdapter.getInstance().register(fastifyStatic, { root: config.storage.directory, serve: false });
  }
}

/** The API with the Studio's routes and an agency of one person, on a database of its own. */
export class StudioGrounds {
  private constructor(
    readonly api: TestApi,
    readonly database: TestDatabase,
    readonly dataDirectory: string,
    readonly owner: SignedIn,
    readonly organizationId: string,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<StudioGrounds> {
    const [database, dataDirectory] = await Promise.all([
      createTestDatabase(),
      mkdtemp(join(tmpdir(), 'base-studio-')),
    ]);
    const api = await startTestApi(database, {
      env: { DATA_DIR: dataDirectory, ...env },
      modules: [
        QueueModule.forRoot({ poolSize: 1 }),
        EventsModule.forRoot({ streams: false }),
        FilesModule,
        StudioHttpModule,
      ],
    });
    const owner = await api.register();
    return new StudioGrounds(api, database, dataDirectory, owner, await api.createOrganization(owner));
  }

  async stop(): Promise<void> {
    await this.api.close();
    await this.database.drop();
    await rm(this.dataDirectory, { recursive: true, force: true });
  }

  /** Asks as the owner, or as somebody else of the organization. */
  send<T = Record<string, unknown>>(
    method: string,
    path: string,
    body?: unknown,
    { as = this.owner, organizationId = this.organizationId }: { as?: SignedIn; organizationId?: string } = {},
  ): Promise<TestAnswer<T>> {
    return this.api.send<T>(method, `/api/studio${path}`, { bearer: as.accessToken, organizationId, body });
  }

  get storage(): FileStorage {
    return this.api.app.get(FileStorage);
  }

  /** A generation with a file behind it. */
  async makeFile(prompt: string, content: Buffer, projectId?: string): Promise<string> {
    const storagePath = `${this.organizationId}/jobs/${randomUUID()}/0.png`;
    await this.storage.put(storagePath, content);
    const id = await this.makeGeneration({ prompt, storagePath, projectId });
    await this.api.sql('update generations set bytes = $2 where id = $1', [id, content.length]);
    return id;
  }

  /** Gives a file a thumbnail and a preview, as a worker does. @returns where both are kept */
  async keepPreview(generationId: string, content: Buffer): Promise<string> {
    const path = `${this.organizationId}/jobs/${randomUUID()}/0.preview.webp`;
    await this.storage.put(path, content);
    await this.api.sql(
      `update generations set thumbnail_path = $2, preview_path = $2, placeholder = 'data:image/webp;base64,' where id = $1`,
      [generationId, path],
    );
    return path;
  }

  /** Writes a finished job with one file, as a worker does. */
  async makeGeneration(made: MadeGeneration = {}, organizationId = this.organizationId): Promise<string> {
    const type = made.type ?? 'image';
    const mimeType = { image: 'image/png', video: 'video/mp4', audio: 'audio/mpeg' }[type];
    const [row] = await this.api.sql<{ id: string }>(
      `with job as (
         insert into ai_jobs (organization_id, user_id, type, model, provider, status, charged_credits, created_at)
         values ($1, $2, $3, $4, 'sandbox', 'succeeded', $5, now() - make_interval(mins => $6)) returning *
       )
       insert into generations (job_id, organization_id, user_id, project_id, ordinal, type, mime_type, bytes, sha256, storage_path, prompt, model, created_at)
       select id, organization_id, user_id, $7, 0, type, $8, 5, repeat('a', 64), coalesce($9, organization_id || '/jobs/' || id || '/0.bin'), $10, model, created_at
         from job
       returning id`,
      [
        organizationId,
        made.userId ?? null,
        type,
        made.model ?? 'sandbox/image',
        made.credits ?? 0,
        made.ageMinutes ?? 0,
        made.projectId ?? null,
        mimeType,
        made.storagePath ?? null,
        made.prompt ?? null,
      ],
    );
    return row?.id ?? '';
  }
}
