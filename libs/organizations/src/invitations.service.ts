import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { AuditTrail } from '#core/audit';
import { AppConfig } from '#core/config';
import { sha256 } from '#core/crypto';
import { type Db, InjectDb, type Trx, withTenant } from '#core/db';
import { NotFound, RateLimited } from '#core/errors';
import { nextPageOf, type Person, type Tenant } from '#core/http';
import { MailOutbox, nameInMail } from '#core/mail';
import type {
  CreateInvitationDto,
  InvitationDto,
  InvitationPageDto,
  InvitationPreviewDto,
  JoinedOrganizationDto,
} from './invitations.dto.js';
import { INVITATION_ADVICE, type InvitationRow, InvitationsRepository } from './invitations.repository.js';
import { MembersRepository } from './members.repository.js';
import { MembershipsService } from './memberships.service.js';
import { InvitationCreated, InvitationRevoked, MemberJoined } from './organizations.audit.js';
import { AlreadyAMember, InvitationExpired, InvitationInvalid, SeatsTaken } from './organizations.errors.js';
import { InvitationMail } from './organizations.mails.js';
import { OrganizationsRepository } from './organizations.repository.js';

const VALID_DAYS = 7;
/** Who clicks twice, or is impatient, does not send a second mail. */
const REPEATED_MINUTES = 10;
/** Per address, whichever organization invites: three at once, then one every twenty minutes. */
const MAILS = { name: 'invitations-to-one-address', limit: 3, windowSeconds: 3600 };
/** Inviting, revoking and inviting again must not become a way to send mail to strangers. */
const MAX_PER_DAY = 100;

/**
 * Offers of membership. The token is 256 random bits in the link of a mail; only its SHA-256 is stored. Whoever accepts
 * must have the token and an account with the invited address.
 */
@Injectable()
export class InvitationsService {
  constructor(
    @InjectDb() private readonly db: Db,
    private readonly invitations: InvitationsRepository,
    private readonly organizations: OrganizationsRepository,
    private readonly members: MembersRepository,
    private readonly memberships: MembershipsService,
    private readonly outbox: MailOutbox,
    private readonly audit: AuditTrail,
    private readonly config: AppConfig,
  ) {}

  /**
   * Invites by mail. An open invitation of the same address is replaced; one of the last minutes for the same role is the
   * answer, and no second mail goes out. Whoever invites, one address gets few mails.
   * @throws AlreadyAMember, SeatsTaken, RateLimited, EmailDomainNotAllowed
   */
  async create(tenant: Tenant, { email, role }: CreateInvitationDto): Promise<InvitationDto> {
    const organizationId = tenant.organization.id;
    const recent = await withTenant(this.db, tenant.claims, (trx) =>
      this.invitations.findRecent(trx, organizationId, email, role, REPEATED_MINUTES),
    );
    if (recent) return recent;
    await this.countMail(email);
    const token = randomBytes(32).toString('base64url');
    return withTenant(this.db, tenant.claims, async (trx) => {
      await this.invitations.lockSeats(trx, organizationId);
      await this.assertSeat(trx, organizationId, email);
      await this.invitations.revokeFor(trx, organizationId, email);
      const invitation = await this.invitations.insert(trx, {
        organizationId,
        email,
        role,
        tokenHash: sha256(token),
        invitedBy: { userId: tenant.userId, apiKeyId: tenant.apiKeyId },
        validDays: VALID_DAYS,
      });
      await this.audit.write(trx, InvitationCreated, { by: tenant, target: invitation.id, after: invitation });
      await this.leaveMail(trx, tenant, invitation, token);
      return invitation;
    });
  }

  async list(tenant: Tenant, limit: number, before?: string): Promise<InvitationPageDto> {
    const data = await withTenant(this.db, tenant.claims, (trx) =>
      this.invitations.listOpen(trx, tenant.organization.id, limit, before),
    );
    return { data, nextBefore: nextPageOf(data, limit) };
  }

  /** @throws NotFound */
  async revoke(tenant: Tenant, id: string): Promise<void> {
    await withTenant(this.db, tenant.claims, async (trx) => {
      if (!(await this.invitations.revoke(trx, tenant.organization.id, id))) throw NotFound();
      await this.audit.write(trx, InvitationRevoked, { by: tenant, target: id });
    });
  }

  /** @throws InvitationInvalid, InvitationExpired */
  async preview(token: string): Promise<InvitationPreviewDto> {
    const found = await this.invitations.preview(this.db, sha256(token));
    if (!found) throw InvitationInvalid(INVITATION_ADVICE);
    if (found.expired) throw InvitationExpired('Ask for another one.');
    const { organizationName, email, role, expiresAt } = found;
    return { organizationName, email, role, expiresAt };
  }

  /** @throws InvitationInvalid, InvitationExpired, InvitationForAnother, EmailDomainNotAllowed */
  async accept(person: Person, token: string): Promise<JoinedOrganizationDto> {
    const joined = await this.db.transaction().execute(async (trx) => {
      const { organizationId, role } = await this.invitations.accept(trx, sha256(token), person.userId);
      await this.audit.write(trx, MemberJoined, { by: person, organizationId, target: person.userId, after: { role } });
      return { organizationId, role };
    });
    this.memberships.forget(person.userId, joined.organizationId);
    return joined;
  }

  private async assertSeat(trx: Trx, organizationId: string, email: string): Promise<void> {
    const count = await this.invitations.countSeats(trx, organizationId, email);
    if (count.isMember)
      throw AlreadyAMember('Nobody needs inviting. To give them another role, change it in the list of members.');
    if (count.members + count.otherInvitations >= count.seats) {
      throw SeatsTaken(`The plan has ${count.seats} seats; members and open invitations take them all.`);
    }
    if (count.invitedToday >= MAX_PER_DAY) {
      throw RateLimited({
        detail: `At most ${MAX_PER_DAY} invitations a day. Wait an hour and try again.`,
        retryAfterSeconds: 3600,
        extensions: { policy: { name: 'invitations', limit: MAX_PER_DAY, windowSeconds: 86_400 } },
      });
    }
  }

  /** @throws RateLimited */
  private async countMail(email: string): Promise<void> {
    const bucket = `invitation-mail:${sha256(email).toString('base64url')}`;
    const waitSeconds = await this.invitations.countMail(this.db, bucket, MAILS);
    if (waitSeconds === null) return;
    throw RateLimited({
      detail: `This address was sent some invitations already. Wait ${waitSeconds} s and try again.`,
      retryAfterSeconds: waitSeconds,
      extensions: { policy: MAILS },
    });
  }

  private async leaveMail(trx: Trx, tenant: Tenant, invitation: InvitationRow, token: string): Promise<void> {
    const organization = await this.organizations.find(trx, tenant.organization.id);
    const inviter = tenant.userId ? await this.members.find(trx, tenant.organization.id, tenant.userId) : undefined;
    if (!organization) throw NotFound();
    await this.outbox.leave(
      trx,
      InvitationMail,
      {
        organization: nameInMail(organization.name),
        inviter: nameInMail(inviter?.name ?? organization.name),
        // Behind `#`: a browser sends it to no server, so that it stays out of logs.
        url: `${this.config.studioUrl}/invitation#token=${token}`,
        expiresAt: invitation.expiresAt.toISOString(),
      },
      { to: invitation.email, locale: organization.locale, organizationId: organization.id },
    );
  }
}
