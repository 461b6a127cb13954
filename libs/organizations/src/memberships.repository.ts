import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import type { PlanLimits, Role } from '#core/http';
import { namedFailure } from './organizations.repository.js';

/** A person's place in an organization, with what guards need to know about it. */
export interface Membership {
  organizationId: string;
  role: Role;
  status: string;
  plan: string;
  limits: PlanLimits;
  /** What the plan includes, by name. */
  features: string[];
  /** Who has no second factor may not act here. */
  requiresSecondFactor: boolean;
}

export interface MyOrganization {
  id: string;
  name: string;
  slug: string;
  plan: string;
  status: string;
  role: Role;
}

export interface NewOrganization {
  id: string;
  name: string;
  slug: string;
  country?: string;
  currency?: string;
  locale?: string;
  timeZone?: string;
}

/** What is asked before a tenant context exists: definer functions answer exactly these questions. */
@Injectable()
export class MembershipsRepository {
  async find(db: Db, userId: string, organizationId: string): Promise<Membership | undefined> {
    const result = await sql<{
      role: Role;
      organization_status: string;
      plan: string;
      requests_per_minute: number;
      concurrent_jobs: number;
      features: string[];
      requires_second_factor: boolean;
    }>`select * from private.find_membership(${userId}::uuid, ${organizationId}::uuid)`.execute(db);
    const row = result.rows[0];
    return (
      row && {
        organizationId,
        role: row.role,
        status: row.organization_status,
        plan: row.plan,
        limits: { requestsPerMinute: row.requests_per_minute, concurrentJobs: row.concurrent_jobs },
        features: row.features,
        requiresSecondFactor: row.requires_second_factor,
      }
    );
  }

  /** The organizations of a person, by name. */
  async list(db: Db, userId: string): Promise<MyOrganization[]> {
    const result = await sql<MyOrganization>`
      select organization_id as id, name, slug, plan, organization_status as status, role
        from private.list_memberships(${userId}::uuid)
       order by name, organization_id`.execute(db);
    return result.rows;
  }

  /** Closes an organization; the caller has made sure that an owner wants it. */
  async close(db: Db, organizationId: string): Promise<void> {
    await sql`select private.delete_organization(${organizationId}::uuid)`.execute(db);
  }

  /** One caller at a time makes organizations for a person, so that their number can be bounded. */
  async lockOwner(trx: Trx, userId: string): Promise<void> {
    await sql`select pg_advisory_xact_lock(hashtextextended('organizations of ' || ${userId}::text, 0))`.execute(trx);
  }

  /**
   * Makes the organization with its owner, balance, free plan and first grant.
   * @throws SlugTaken; InvalidRequest for a time zone that the database does not know
   */
  async create(trx: Trx, userId: string, organization: NewOrganization): Promise<void> {
    try {
      await sql`select private.create_organization(
        organization_id => ${organization.id}::uuid,
        user_id => ${userId}::uuid,
        name => ${organization.name},
        slug => ${organization.slug},
        country => ${organization.country ?? null},
        currency => ${organization.currency ?? null},
        locale => ${organization.locale ?? null},
        time_zone => ${organization.timeZone ?? null})`.execute(trx);
    } catch (error) {
      throw namedFailure(error);
    }
  }
}
