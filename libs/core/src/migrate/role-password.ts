import { withSession } from './connection.js';

/**
 * Lets one of the backend's roles log in with a password. Migrations never hold passwords: whoever runs the database
 * sets them (the embedded one: the platform, at each start).
 *
 * @param ownerUrl the role that ran the migrations, or a superuser
 */
export async function setRolePassword(
  ownerUrl: string,
  role: 'base_api' | 'base_worker',
  password: string,
): Promise<void> {
  await withSession(ownerUrl, async (client) => {
    await client.query(
      `alter role ${client.escapeIdentifier(role)} with login password ${client.escapeLiteral(password)}`,
    );
  });
}
