/** A request with a form in it, as a browser sends it. */
export interface FormRequest {
  body: Buffer;
  headers: { 'content-type': string };
}

export interface FormFile {
  content: Buffer;
  /** The name of the field; `file` when absent. */
  field?: string;
  /** What the file is called. */
  name?: string;
  /** The content type of its part; null: none. */
  type?: string | null;
}

/** multipart/form-data (RFC 7578) with texts and files, in this order. */
export function formOf(files: FormFile[], texts: Record<string, string> = {}): FormRequest {
  const boundary = '----base-agency-test';
  const parts: Buffer[] = Object.entries(texts).map(([field, text]) =>
    Buffer.from(`--${boundary}\r\nContent-Disposition: form-data; name="${field}"\r\n\r\n${text}\r\n`),
  );
  for (const { content, field = 'file', name = 'file.png', type = 'image/png' } of files) {
    const head = `--${boundary}\r\nContent-Disposition: form-data; name="${field}"; filename="${name}"\r\n`;
    const declared = type === null ? '' : `Content-Type: ${type}\r\n`;
    parts.push(Buffer.from(`${head}${declared}\r\n`), content, Buffer.from('\r\n'));
  }
  return {
    body: Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}
