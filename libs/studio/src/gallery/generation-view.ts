import { toPreviewsDto } from '#ai';
import type { FileUrls } from '#core/storage';
import type { GenerationRow } from './gallery.repository.js';
import { BIN_DAYS, type GenerationDto } from './generations.dto.js';

const DAY_MS = 86_400_000;

/** A file as its organization sees it, with links that open it. */
export function toGenerationDto(row: GenerationRow, fileUrls: FileUrls): GenerationDto {
  const { url, expiresAt } = fileUrls.sign(row.storagePath);
  return {
    id: row.id,
    jobId: row.jobId,
    ordinal: row.ordinal,
    type: row.type,
    model: row.model,
    prompt: row.prompt,
    seed: row.seed === null ? null : Number(row.seed),
    mimeType: row.mimeType,
    bytes: Number(row.bytes),
    width: row.width,
    height: row.height,
    durationMs: row.durationMs,
    url,
    urlExpiresAt: expiresAt,
    ...toPreviewsDto(row.previews, fileUrls),
    creditsCharged: Number(row.creditsCharged),
    creditsRefunded: Number(row.creditsRefunded),
    isFavorite: row.isFavorite,
    project: named(row.projectId, row.projectName),
    member: named(row.memberId, row.memberName),
    createdAt: row.createdAt,
    deletedAt: row.deletedAt,
    restorableUntil: row.deletedAt && new Date(row.deletedAt.getTime() + BIN_DAYS * DAY_MS),
  };
}

function named(id: string | null, name: string | null): { id: string; name: string } | null {
  return id === null ? null : { id, name: name ?? '' };
}
