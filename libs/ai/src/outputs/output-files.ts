const EXTENSIONS: Record<string, string> = {
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'avif',
  'video/mp4': 'mp4',
  'video/webm': 'webm',
  'video/quicktime': 'mov',
  'audio/mpeg': 'mp3',
  'audio/wav': 'wav',
  'audio/ogg': 'ogg',
  'audio/opus': 'opus',
  'audio/aac': 'aac',
  'audio/flac': 'flac',
  'audio/mp4': 'm4a',
  'audio/webm': 'weba',
  'audio/pcm': 'pcm',
  'font/ttf': 'ttf',
  'font/otf': 'otf',
  'font/woff': 'woff',
  'font/woff2': 'woff2',
  'application/json': 'json',
};

/** The file name extension of a media type; `bin` for one nobody declared. */
export function extensionOf(mimeType: string): string {
  return EXTENSIONS[mimeType.split(';', 1)[0] ?? ''] ?? 'bin';
}

const TYPES = new Map(Object.entries(EXTENSIONS).map(([type, extension]) => [extension, type]));

/** The media type to serve a stored file with. */
export function mimeTypeOf(path: string): string {
  return TYPES.get(path.slice(path.lastIndexOf('.') + 1)) ?? 'application/octet-stream';
}
