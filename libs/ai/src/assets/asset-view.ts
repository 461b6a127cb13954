import type { FileUrls } from '#core/storage';
import { toPreviewsDto } from '../previews/preview-row.js';
import type { AssetDto } from './assets.dto.js';
import type { AssetRow } from './assets.repository.js';

/** An asset as its owners see it. */
export function toAssetDto(asset: AssetRow, fileUrls: FileUrls): AssetDto {
  const { url, expiresAt } = fileUrls.sign(asset.storagePath);
  return {
    id: asset.id,
    name: asset.name,
    kind: asset.kind,
    mimeType: asset.mimeType,
    bytes: Number(asset.bytes),
    sha256: asset.sha256,
    width: asset.width,
    height: asset.height,
    durationMs: asset.durationMs,
    ...toPreviewsDto(asset.previews, fileUrls),
    url,
    urlExpiresAt: expiresAt,
    projectId: asset.projectId,
    userId: asset.userId,
    createdAt: asset.createdAt,
  };
}
