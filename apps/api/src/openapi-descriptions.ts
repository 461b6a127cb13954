import type { OpenAPIObject } from '@nestjs/swagger';
import { speaksOpenAi } from '#core/http';

type Operation = NonNullable<OpenAPIObject['paths'][string]['get']>;
type Parameter = Exclude<NonNullable<Operation['parameters']>[number], { $ref: string }>;

/** What the document groups operations by. An architecture test asks for every tag that is used. */
const TAGS: Record<string, string> = {
  admin: 'For platform operators: what happens across organizations.',
  ai: 'Models, prices, and jobs that generate images, video and audio.',
  'api-keys': 'Keys of programs: made, changed, rotated and revoked by people.',
  assets: 'Files that are brought along: references, masks, voices.',
  audit: 'Who changed what in an organization, and who was refused.',
  auth: 'Accounts, sessions and the second factor.',
  billing: 'Credits, budgets, plans, invoices and payments.',
  events: 'What happened in an organization, read or streamed.',
  files: 'Generated and uploaded files, by signed links.',
  health: 'Whether the API lives and can serve.',
  openai: 'The part of OpenAI’s API that this one speaks, with its errors.',
  organizations: 'Organizations, their members, invitations and settings.',
  'provider-keys': 'An organization’s own keys at the providers. Secrets never come back.',
  studio: 'What the Studio arranges: gallery, projects, favourites and more.',
  users: 'The signed-in person: profile, address, organizations, copy and erasure of data.',
};

/** What a parameter is that its route says nothing more particular about: the same name means the same everywhere. */
const PARAMETERS: Record<string, string> = {
  'path apiKeyId': 'The API key, by its id (not its secret)',
  'path generationId': 'The generation: one file that a job made',
  'path organizationId':
    'The organization to act in; one you do not belong to is answered like one that does not exist',
  'path place': 'Which of the files, in their order',
  'path provider': 'The provider that calls back',
  'path token': 'What the link carries: whoever has it may',
  'path userId': 'The person',
  'query kind': 'The kind of medium',
  'query limit': 'At most so many in one answer',
  'query model': 'Only of this model',
  'query projectId': 'The project',
  'query signature': 'Of the link: path and end of validity, signed',
  'query status': 'Only those in this status',
  'query type': 'Only of this kind',
  'query variant': 'The file itself, or a smaller form of it',
  'header Last-Event-ID': 'The last event that was seen: the stream goes on behind it (browsers send it by themselves)',
};

const PROBLEM = { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } };

/** Says of the whole document what routes leave out because it is the same for all of them. */
export function describeWhatIsCommon(document: OpenAPIObject): void {
  const used = new Set<string>();
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of [item.get, item.post, item.put, item.patch, item.delete]) {
      if (!operation) continue;
      operation.tags?.forEach((tag) => used.add(tag));
      describeParameters(path, operation);
      describeSuccess(operation);
      // The routes of OpenAI's dialect refuse with its own status, and say so themselves.
      if (!speaksOpenAi(path)) describeInvalid(operation);
    }
  }
  document.tags = [...used].sort().map((name) => ({ name, ...(TAGS[name] ? { description: TAGS[name] } : {}) }));
}

function describeParameters(path: string, operation: Operation): void {
  const parameters = (operation.parameters ?? []).filter((one): one is Parameter => !('$ref' in one));
  for (const parameter of parameters) {
    const description = parameter.description ?? PARAMETERS[`${parameter.in} ${parameter.name}`] ?? thingOf(parameter);
    if (description !== undefined) parameter.description = description;
  }
  // The path names the organization there; the header would be a second word about it.
  operation.parameters = parameters.filter(
    ({ name }) => name !== 'X-Organization-Id' || !path.includes('{organizationId}'),
  );
}

/** `brandKitId` in a path names the brand kit. */
function thingOf({ in: place, name }: Parameter): string | undefined {
  const thing = /^([a-z]+(?:[A-Z][a-z]+)*)Id$/.exec(name)?.[1];
  if (place !== 'path' || !thing) return undefined;
  return `The ${thing.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)}, by its id`;
}

/** What an answer means that its route says nothing more particular about; one with a body is what the summary names. */
function describeSuccess({ summary = '', responses }: Operation): void {
  const meanings: Record<string, string> = {
    '200': summary,
    '201': 'Made; the answer is how it is now',
    '202': 'Accepted; it is carried out after this answer',
    '204': 'Done; the answer has no body',
    '503': 'Not able to serve; the body says why',
  };
  for (const [status, response] of Object.entries(responses)) {
    if (response && !('$ref' in response)) response.description ||= meanings[status] ?? '';
  }
}

/** One pipe checks every body and query. */
function describeInvalid(operation: Operation): void {
  const isChecked = operation.requestBody ?? operation.parameters?.some((one) => 'in' in one && one.in === 'query');
  if (!isChecked) return;
  operation.responses['422'] ??= {
    description: '`request.invalid`: `errors` names each fault',
    content: PROBLEM,
  };
}
