import type pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#core/testing';
import { become, connect, createJobs, createOrganization, jobRequest, rows, sqlState } from './fixtures.js';

/** The first is the oldest. */
const PROMPTS = [
  'Raposas correndo na neve, aquarela',
  'A fox running through the forest',
  'Um farol ao entardecer',
  'Raposa no farol',
  'Running shoes on white',
];

interface Found {
  id: string;
  created_at: Date;
}

let database: TestDatabase;
let api: pg.Client;
let owner: pg.Client;
let mine: { id: string; owner: string };
beforeAll(async () => {
  database = await createTestDatabase();
  api = await connect(database.apiUrl);
  owner = await connect(database.url);
  mine = await organizationWith(PROMPTS);
  await organizationWith(['Uma raposa alheia']);
});
afterAll(async () => {
  await Promise.all([api.end(), owner.end()]);
  await database.drop();
});

async function organizationWith(prompts: string[]) {
  const organization = await createOrganization(owner, 100);
  const [job] = await createJobs(owner, [jobRequest(organization.id)]);
  await owner.query(
    `insert into generations (job_id, organization_id, ordinal, type, mime_type, bytes, sha256, storage_path, prompt, model, created_at)
     select $1::uuid, $2::uuid, place - 1, 'image', 'image/png', 1, repeat('a', 64), $2::text || '/x.png', prompt, 'sandbox/image', now() + place * interval '1 second'
       from unnest($3::text[]) with ordinality as p (prompt, place)`,
    [job?.job_id, organization.id, prompts],
  );
  return organization;
}

/** What a person finds in an organization, as the API asks for it. */
async function find(query: string, options: { as?: string; rest?: unknown[] } = {}): Promise<Found[]> {
  await api.query('begin');
  try {
    await become(api, 'authenticated', { sub: options.as ?? mine.owner, role: 'authenticated' });
    const values = [mine.id, query, ...(options.rest ?? [])];
    const places = values.map((_, place) => `$${place + 1}`).join(', ');
    return await rows<Found>(api, `select id, created_at from search_generations(${places})`, values);
  } finally {
    await api.query('rollback');
  }
}

const prompts = async (found: Found[]): Promise<string[]> => {
  const ids = found.map(({ id }) => id);
  const read = await rows<{ prompt: string }>(
    owner,
    'select prompt from generations where id = any ($1::uuid[]) order by array_position($1::uuid[], id)',
    [ids],
  );
  return read.map(({ prompt }) => prompt);
};

test.each([
  ['raposa', ['Raposa no farol', 'Raposas correndo na neve, aquarela']],
  ['run', ['Running shoes on white', 'A fox running through the forest']],
  ['raposa -neve', ['Raposa no farol']],
  ['"farol ao entardecer"', ['Um farol ao entardecer']],
  ['fox or entardecer', ['Um farol ao entardecer', 'A fox running through the forest']],
  ['baleia', []],
  ['', []],
])('%s finds prompts by their words in Portuguese and English, the newest first', async (query, expected) => {
  expect(await prompts(await find(query))).toEqual(expected);
});

test('a page ends after so many rows, and the next one begins behind it', async () => {
  const [first] = await find('raposa', { rest: [1] });
  expect(await prompts(await find('raposa', { rest: [1, first?.created_at, first?.id] }))).toEqual([PROMPTS[0]]);
});

test('whoever is no member finds nothing, and a file in the bin is not found', async () => {
  const stranger = await createOrganization(owner);
  expect(await find('raposa', { as: stranger.owner })).toEqual([]);
  const [newest] = await find('farol');
  await owner.query('update generations set deleted_at = now() where id = $1', [newest?.id]);
  expect(await prompts(await find('farol'))).toEqual(['Um farol ao entardecer']);
  await owner.query('update generations set deleted_at = null where id = $1', [newest?.id]);
});

test.each([
  [{ type: 'image' }, 2],
  [{ type: 'video' }, 0],
  [{ model: 'sandbox/video' }, 0],
  [{ favorite: true }, 0],
  [{ from: '2000-01-01T00:00:00Z', to: '2001-01-01T00:00:00Z' }, 0],
])('%j narrows what is found', async (filters, count) => {
  expect(await find('raposa', { rest: [60, null, null, filters] })).toHaveLength(count);
});

test.each([
  ['no rows', [0, null, null]],
  ['too many rows', [501, null, null]],
  ['half a cursor', [10, new Date(), null]],
])('%s are refused by name', async (_what, rest) => {
  const call = `select * from search_generations($1, 'x', $2, $3, $4)`;
  expect(await sqlState(owner, call, [mine.id, ...rest])).toBe('BA001');
});
