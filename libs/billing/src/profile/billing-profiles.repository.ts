import { Injectable } from '@nestjs/common';
import { sql } from 'kysely';
import type { Db, Trx } from '#core/db';
import type { Currency } from '../money.js';

/** Who an organization's invoices are made out to. */
export interface BillingProfile {
  legalName: string;
  taxIdKind: 'cpf' | 'cnpj' | 'other' | null;
  /** Without punctuation. */
  taxId: string | null;
  email: string;
  address: Record<string, string>;
}

/** Who is charged: the billing profile, else the organization and its first owner. */
export interface BillingParty {
  name: string;
  locale: string;
  currency: Currency;
  closed: boolean;
  /** People who belong to the organization: seats in use. */
  members: number;
  legalName: string | null;
  email: string;
  /** At the payment service. */
  externalCustomerId: string | null;
}

@Injectable()
export class BillingProfilesRepository {
  async find(trx: Trx, organizationId: string): Promise<BillingProfile | undefined> {
    const row = await trx
      .selectFrom('billing_profiles')
      .select(['legal_name as legalName', 'tax_id_kind as taxIdKind', 'tax_id as taxId', 'email', 'address'])
      .where('organization_id', '=', organizationId)
      .executeTakeFirst();
    return (
      row && {
        ...row,
        taxIdKind: row.taxIdKind as BillingProfile['taxIdKind'],
        address: row.address as BillingProfile['address'],
      }
    );
  }

  async save(trx: Trx, organizationId: string, profile: BillingProfile): Promise<void> {
    const values = {
      legal_name: profile.legalName,
      tax_id_kind: profile.taxIdKind,
      tax_id: profile.taxId,
      email: profile.email,
      address: JSON.stringify(profile.address),
    };
    await trx
      .insertInto('billing_profiles')
      .values({ organization_id: organizationId, ...values })
      .onConflict((conflict) => conflict.column('organization_id').doUpdateSet(values))
      .execute();
  }

  /** Asked before there is a tenant, too. Undefined: no such organization. */
  async findParty(db: Db, organizationId: string): Promise<BillingParty | undefined> {
    const result = await sql<BillingParty>`
      select name, locale, currency, closed, members, legal_name as "legalName", coalesce(email, '') as email,
             external_customer_id as "externalCustomerId"
        from private.find_billing_party(${organizationId}::uuid)`.execute(db);
    return result.rows[0];
  }
}
