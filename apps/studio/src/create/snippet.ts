export const SNIPPET_LANGUAGES = ['curl', 'typescript', 'python'] as const;
export type SnippetLanguage = (typeof SNIPPET_LANGUAGES)[number];

interface Request {
  model: string;
  input: Record<string, unknown>;
}

/** The request of the form as a program, ready to paste; the key comes from the environment. */
export function snippet(language: SnippetLanguage, baseUrl: string, request: Request): string {
  switch (language) {
    case 'curl':
      return curl(baseUrl, request);
    case 'typescript':
      return typescript(baseUrl, request);
    case 'python':
      return python(baseUrl, request);
  }
}

const json = (value: unknown) => JSON.stringify(value, null, 2);
const indent = (text: string, by: string) => text.replaceAll('\n', `\n${by}`);

function curl(baseUrl: string, request: Request): string {
  // Within single quotes a shell reads everything as it is, save the quote itself.
  const body = json(request).replaceAll("'", "'\\''");
  return `curl ${baseUrl}/api/ai/jobs \\
  -H "Authorization: Bearer $BASE_KEY" \\
  -H "Content-Type: application/json" \\
  -H "Idempotency-Key: $(uuidgen)" \\
  -d '${body}'`;
}

function typescript(baseUrl: string, request: Request): string {
  return `const response = await fetch('${baseUrl}/api/ai/jobs', {
  method: 'POST',
  headers: {
    Authorization: \`Bearer \${process.env.BASE_KEY}\`,
    'Content-Type': 'application/json',
    'Idempotency-Key': crypto.randomUUID(),
  },
  body: JSON.stringify(${indent(json(request), '  ')}),
});
const job = await response.json();
console.log(job.id, job.status);`;
}

function python(baseUrl: string, request: Request): string {
  return `import os, uuid, requests

response = requests.post(
    "${baseUrl}/api/ai/jobs",
    headers={
        "Authorization": f"Bearer {os.environ['BASE_KEY']}",
        "Idempotency-Key": str(uuid.uuid4()),
    },
    json=${indent(pythonLiteral(request), '    ')},
)
job = response.json()
print(job["id"], job["status"])`;
}

/** JSON is Python but for three words. */
function pythonLiteral(value: unknown): string {
  if (value === true) return 'True';
  if (value === false) return 'False';
  if (value === null || value === undefined) return 'None';
  if (Array.isArray(value)) return `[${value.map(pythonLiteral).join(', ')}]`;
  if (typeof value === 'object') {
    const entries = Object.entries(value).map(
      ([key, inner]) => `    ${JSON.stringify(key)}: ${indent(pythonLiteral(inner), '    ')},`,
    );
    return entries.length === 0 ? '{}' : `{\n${entries.join('\n')}\n}`;
  }
  return JSON.stringify(value);
}
