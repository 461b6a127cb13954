import pg from 'pg';

type Query = <Row extends pg.QueryResultRow = pg.QueryResultRow>(text: string, values?: unknown[]) => Promise<Row[]>;

/** Runs plain SQL on a connection of its own. */
export async function withSql<T>(url: string, work: (query: Query) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(async (text, values) => (await client.query(text, values)).rows as never);
  } finally {
    await client.end();
  }
}
