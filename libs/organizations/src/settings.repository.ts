import { Injectable } from '@nestjs/common';
import type { Trx } from '#core/db';

export interface OrganizationSettings {
  requireSecondFactor: boolean;
  allowedEmailDomains: string[];
  /** Null: keys may live for ever. */
  apiKeyMaxDays: number | null;
}

const COLUMNS = [
  'require_second_factor as requireSecondFactor',
  'allowed_email_domains as allowedEmailDomains',
  'api_key_max_days as apiKeyMaxDays',
] as const;

/** Settings of organizations, seen from inside of a tenant transaction. */
@Injectable()
export class SettingsRepository {
  async find(trx: Trx, organizationId: string): Promise<OrganizationSettings | undefined> {
    return trx
      .selectFrom('organizations')
      .select(COLUMNS)
      .where('id', '=', organizationId)
      .where('deleted_at', 'is', null)
      .executeTakeFirst();
  }

  /** Undefined leaves a setting as it is. */
  async update(
    trx: Trx,
    organizationId: string,
    changes: Partial<OrganizationSettings>,
  ): Promise<OrganizationSettings | undefined> {
    return trx
      .updateTable('organizations')
      .set({
        require_second_factor: changes.requireSecondFactor,
        allowed_email_domains: changes.allowedEmailDomains,
        api_key_max_days: changes.apiKeyMaxDays,
      })
      .where('id', '=', organizationId)
      .where('deleted_at', 'is', null)
      .returning(COLUMNS)
      .executeTakeFirst();
  }
}
