import type { FileUrls } from '#core/storage';

/** The columns of a file's previews, in `generations` and `assets` alike. */
export const PREVIEW_COLUMNS = ['thumbnail_path', 'preview_path', 'poster_path', 'placeholder', 'peaks'] as const;

export interface StoredPreviews {
  thumbnail_path: string | null;
  preview_path: string | null;
  poster_path: string | null;
  placeholder: string | null;
  peaks: number[] | null;
}

export interface PreviewRow {
  thumbnailPath: string | null;
  previewPath: string | null;
  posterPath: string | null;
  placeholder: string | null;
  peaks: number[] | null;
}

export function toPreviewRow(row: StoredPreviews): PreviewRow {
  return {
    thumbnailPath: row.thumbnail_path,
    previewPath: row.preview_path,
    posterPath: row.poster_path,
    placeholder: row.placeholder,
    peaks: row.peaks,
  };
}

/** Previews as clients see them; the fields of `PreviewsDto`. */
export interface PreviewLinks {
  thumbnailUrl: string | null;
  previewUrl: string | null;
  posterUrl: string | null;
  placeholder: string | null;
  peaks: number[] | null;
}

export function toPreviewsDto(row: PreviewRow, fileUrls: FileUrls): PreviewLinks {
  const link = (path: string | null) => path && fileUrls.sign(path).url;
  return {
    thumbnailUrl: link(row.thumbnailPath),
    previewUrl: link(row.previewPath),
    posterUrl: link(row.posterPath),
    placeholder: row.placeholder,
    peaks: row.peaks,
  };
}
