import type pg from 'pg';
import { become } from './fixtures.js';

/** One statement to be tried; `$1` in it is `row`. */
export interface Attempt {
  name: string;
  sql: string;
  row?: Record<string, unknown>;
}

export interface Actor {
  /** Undefined: as the connection is. */
  role?: string;
  claims?: object;
}

/**
 * Tries statements as somebody and undoes each of them.
 * @returns for each, the rows it saw or touched: 0 also when it is not permitted, -1 when rights let it through and only
 *   the data was wrong for it.
 */
export async function attempts(client: pg.Client, actor: Actor, list: Attempt[]): Promise<number[]> {
  await client.query('begin');
  try {
    await client.query(TRY);
    if (actor.role) await become(client, actor.role, actor.claims);
    const { rows } = await client.query<{ found: number[] }>('select pg_temp.try_all($1, $2::jsonb[]) as found', [
      list.map(({ sql }) => sql),
      list.map(({ row }) => JSON.stringify(row ?? {})),
    ]);
    return rows[0]?.found ?? [];
  } finally {
    await client.query('rollback');
  }
}

/** The attempts that saw or did something. */
export async function successes(client: pg.Client, actor: Actor, list: Attempt[]): Promise<string[]> {
  const found = await attempts(client, actor, list);
  return list.flatMap(({ name }, place) => (found[place] === 0 ? [] : [`${name}: ${found[place]}`]));
}

/** BA009: rights allow it, and the last owner is protected. 42501: not permitted. */
const TRY = `
create function pg_temp.try_all(statements text[], given jsonb[]) returns int[] language plpgsql as $body$
declare
  found_rows int[] := '{}';
  touched int;
begin
  for place in 1 .. cardinality(statements) loop
    begin
      execute statements[place] using given[place];
      get diagnostics touched = row_count;
      raise exception 'undo' using errcode = 'ZZ000';
    exception
      when sqlstate 'ZZ000' then null;
      when sqlstate '42501' or sqlstate 'BA009' then touched := 0;
      when others then touched := -1;
    end;
    found_rows := found_rows || touched;
  end loop;
  return found_rows;
end
$body$`;
