import { Injectable } from '@nestjs/common';
import { AppConfig } from '#core/config';
import { type Db, InjectDb } from '#core/db';
import { NotFound } from '#core/errors';
import { FileUrls } from '#core/storage';
import type { SharedFileDto, SharedPageDto } from './share-links.dto.js';
import { type SharedFileRow, ShareLinksRepository } from './share-links.repository.js';
import { ShareTokens } from './share-tokens.js';

/** The file itself, or a picture of it. */
export const VARIANTS = ['file', 'thumbnail', 'preview', 'poster'] as const;
export type Variant = (typeof VARIANTS)[number];

/** What a shared page is called, and whose it is. */
export interface SharedHeading {
  /** May be empty. */
  title: string;
  organizationName: string;
}

/**
 * What strangers see of a share link. Links to its files name the token and a place on the page, so that no id of the
 * organization leaves it, and every request for a file asks again whether the page is still open.
 */
@Injectable()
export class SharedPagesService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly repository: ShareLinksRepository,
    private readonly tokens: ShareTokens,
    private readonly fileUrls: FileUrls,
    private readonly config: AppConfig,
  ) {}

  /** @throws NotFound for a link that is unknown, revoked or over: the three must not be told apart */
  async show(token: string): Promise<SharedPageDto> {
    const rows = await this.find(token);
    const [first] = rows;
    if (!first) throw NotFound('The link does not exist, or it does not any more.');
    await this.repository.countView(this.db, first.shareLinkId);
    const files = rows.filter((row) => row.type !== null);
    return {
      title: first.title,
      organizationName: first.organizationName,
      files: files.map((row, place) => this.toDto(row, token, place)),
    };
  }

  /** For programs that look at a link and at none of its files: not counted as a view. @returns undefined as `show` throws */
  async headingOf(token: string): Promise<SharedHeading | undefined> {
    const [first] = await this.find(token);
    return first && { title: first.title, organizationName: first.organizationName };
  }

  /**
   * Where a file of the page is stored.
   * @throws NotFound, FileUrlInvalid, FileUrlExpired
   */
  async locate(
    token: string,
    place: number,
    variant: Variant,
    { expires, signature }: { expires: string; signature: string },
  ): Promise<string> {
    this.fileUrls.verify(subjectOf(token, place, variant), expires, signature);
    const hash = this.tokens.hash(token);
    const file = hash && (await this.repository.findSharedFile(this.db, hash, place));
    const path = file && pathOf(file, variant);
    if (!path) throw NotFound();
    return path;
  }

  private async find(token: string): Promise<SharedFileRow[]> {
    const hash = this.tokens.hash(token);
    return hash ? this.repository.findShared(this.db, hash) : [];
  }

  private toDto(row: SharedFileRow, token: string, place: number): SharedFileDto {
    const link = (variant: Variant) => (pathOf(row, variant) ? this.urlOf(token, place, variant) : null);
    return {
      type: row.type ?? 'image',
      mimeType: row.mimeType ?? '',
      url: this.urlOf(token, place, 'file'),
      thumbnailUrl: link('thumbnail'),
      previewUrl: link('preview'),
      posterUrl: link('poster'),
      placeholder: row.previews.placeholder,
      peaks: row.previews.peaks,
      width: row.width,
      height: row.height,
      durationMs: row.durationMs,
      prompt: row.prompt,
      model: row.showPrompts ? row.model : null,
    };
  }

  private urlOf(token: string, place: number, variant: Variant): string {
    const { query } = this.fileUrls.ticket(subjectOf(token, place, variant));
    return `${this.config.http.publicUrl}/api/studio/shared/${token}/files/${place}?variant=${variant}&${query}`;
  }
}

/** What a link to a shared file is signed for; paths of files begin otherwise. */
function subjectOf(token: string, place: number, variant: Variant): string {
  return `shared:${token}/${place}/${variant}`;
}

function pathOf({ storagePath, previews }: SharedFileRow, variant: Variant): string | null {
  return variant === 'file' ? storagePath : previews[`${variant}Path`];
}
