import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import { newId } from '#core/crypto';
import { databaseError, type Db, type Trx } from '#core/db';
import type { Role } from '#core/http';
import {
  EmailDomainNotAllowed,
  InvitationExpired,
  InvitationForAnother,
  InvitationInvalid,
} from './organizations.errors.js';

export interface InvitationRow {
  id: string;
  email: string;
  role: Role;
  invitedBy: string | null;
  createdAt: Date;
  expiresAt: Date;
}

export interface NewInvitation {
  organizationId: string;
  email: string;
  role: Role;
  tokenHash: Buffer;
  invitedBy: { userId: string | null; apiKeyId: string | null };
  validDays: number;
}

/** What limits inviting, counted now. */
export interface SeatCount {
  seats: number;
  members: number;
  /** Open invitations to others than the address in question. */
  otherInvitations: number;
  /** Made in the last 24 hours, whatever became of them. */
  invitedToday: number;
  isMember: boolean;
}

export const INVITATION_ADVICE = 'It was used, taken back or replaced. Ask whoever invited you for another one.';

const COLUMNS = [
  'id',
  'email',
  'role',
  'invited_by as invitedBy',
  'created_at as createdAt',
  'expires_at as expiresAt',
] as const;

@Injectable()
export class InvitationsRepository {
  /** One caller at a time counts seats and takes one. */
  async lockSeats(trx: Trx, organizationId: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended('seats of ' || ${organizationId}::text, 0))`.execute(trx);
  }

  async countSeats(trx: Trx, organizationId: string, email: string): Promise<SeatCount> {
    const result = await sql<SeatCount>`
      select plan.seats,
             (select count(*)::int from organization_members m where m.organization_id = o.id) as members,
             (select count(*)::int from invitations i
               where i.organization_id = o.id and i.accepted_at is null and i.revoked_at is null and i.expires_at > now()
                 and lower(i.email) <> ${email}) as "otherInvitations",
             (select count(*)::int from invitations i
               where i.organization_id = o.id and i.created_at > now() - interval '24 hours') as "invitedToday",
             exists (select from organization_members m join users u on u.id = m.user_id
                      where m.organization_id = o.id and lower(u.email) = ${email}) as "isMember"
        from organizations o join plans plan on plan.id = o.plan
       where o.id = ${organizationId}::uuid`.execute(trx);
    const row = result.rows[0];
    if (!row) throw new Error('The organization of a tenant transaction is not visible in it');
    return row;
  }

  /** Counts a mail. @returns null when it may go, else the seconds to wait. */
  async countMail(db: Db, bucket: string, rule: { limit: number; windowSeconds: number }): Promise<number | null> {
    const result = await sql<{ allowed: boolean; retry_after_ms: number }>`
      select allowed, retry_after_ms
        from public.check_rate_limit(${bucket}, ${rule.limit}::int, ${rule.windowSeconds}::int)`.execute(db);
    const row = result.rows[0];
    return !row || row.allowed ? null : Math.max(1, Math.ceil(row.retry_after_ms / 1000));
  }

  /** The open invitation of an address, when it is for the role and so many minutes young. */
  async findRecent(
    trx: Trx,
    organizationId: string,
    email: string,
    role: Role,
    minutes: number,
  ): Promise<InvitationRow | undefined> {
    return trx
      .selectFrom('invitations')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where(sql`lower(email)`, '=', email)
      .where('role', '=', role)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`)
      .where('created_at', '>', sql<Date>`now() - make_interval(mins => ${minutes}::int)`)
      .executeTakeFirst();
  }

  /** @throws EmailDomainNotAllowed */
  async insert(trx: Trx, invitation: NewInvitation): Promise<InvitationRow> {
    return trx
      .insertInto('invitations')
      .values({
        id: newId(),
        organization_id: invitation.organizationId,
        email: invitation.email,
        role: invitation.role,
        token_hash: invitation.tokenHash,
        // A key invites for the person who made it: the invitation ends when that person may not invite any more.
        invited_by: sql`coalesce(${invitation.invitedBy.userId}::uuid,
          (select created_by from api_keys where id = ${invitation.invitedBy.apiKeyId}::uuid))`,
        expires_at: sql`now() + make_interval(days => ${invitation.validDays}::int)`,
      })
      .returning(COLUMNS)
      .executeTakeFirstOrThrow()
      .catch((error: unknown) => {
        throw namedFailure(error);
      });
  }

  /** Newest first, only those that can still be accepted; `before` is the last id of the page before. */
  async listOpen(trx: Trx, organizationId: string, limit: number, before?: string): Promise<InvitationRow[]> {
    let query = trx
      .selectFrom('invitations')
      .select(COLUMNS)
      .where('organization_id', '=', organizationId)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .where('expires_at', '>', sql<Date>`now()`);
    if (before) query = query.where('id', '<', before);
    return query.orderBy('id', 'desc').limit(limit).execute();
  }

  /** Ends the open invitation of an address, if there is one. */
  async revokeFor(trx: Trx, organizationId: string, email: string): Promise<void> {
    await trx
      .updateTable('invitations')
      .set({ revoked_at: sql`now()` })
      .where('organization_id', '=', organizationId)
      .where(sql`lower(email)`, '=', email)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .execute();
  }

  /** @returns whether there was an open one. */
  async revoke(trx: Trx, organizationId: string, id: string): Promise<boolean> {
    const result = await trx
      .updateTable('invitations')
      .set({ revoked_at: sql`now()` })
      .where('organization_id', '=', organizationId)
      .where('id', '=', id)
      .where('accepted_at', 'is', null)
      .where('revoked_at', 'is', null)
      .executeTakeFirst();
    return result.numUpdatedRows > 0n;
  }

  /** What the page behind a link shows; undefined for what cannot be accepted any more. Asked before anyone signs in. */
  async preview(
    db: Db,
    tokenHash: Buffer,
  ): Promise<{ organizationName: string; email: string; role: Role; expiresAt: Date; expired: boolean } | undefined> {
    const result = await sql<{
      organizationName: string;
      email: string;
      role: Role;
      expiresAt: Date;
      expired: boolean;
    }>`
      select organization_name as "organizationName", email, role, expires_at as "expiresAt", expires_at <= now() as expired
        from private.find_invitation(${tokenHash})
       where accepted_at is null and revoked_at is null`.execute(db);
    return result.rows[0];
  }

  /** @throws InvitationInvalid, InvitationExpired, InvitationForAnother, EmailDomainNotAllowed */
  async accept(db: Db, tokenHash: Buffer, userId: string): Promise<{ organizationId: string; role: Role }> {
    try {
      const result = await sql<{ organizationId: string; role: Role }>`
        select organization_id as "organizationId", role
          from private.accept_invitation(${tokenHash}, ${userId}::uuid)`.execute(db);
      const membership = result.rows[0];
      if (!membership) throw InvitationInvalid(INVITATION_ADVICE);
      return membership;
    } catch (error) {
      throw namedFailure(error);
    }
  }
}

/** What `private.accept_invitation()` and the trigger `check_invited_domain` refuse, by name. */
function namedFailure(error: unknown): unknown {
  switch (databaseError(error)?.sqlState) {
    case 'BA006':
      return InvitationExpired({ detail: 'Ask for another one.', cause: error });
    case 'BA007':
      return InvitationInvalid({ detail: INVITATION_ADVICE, cause: error });
    case 'BA012':
      return InvitationForAnother({ detail: 'Sign in with the address that was invited.', cause: error });
    case 'BA015':
      return EmailDomainNotAllowed({ detail: 'Its settings name the domains of those who may join.', cause: error });
    default:
      return error;
  }
}
