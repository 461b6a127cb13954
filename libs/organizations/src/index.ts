export { OrganizationsModule } from './organizations.module.js';
export { OrganizationsHttpModule } from './organizations.http.module.js';
export * from './organizations.errors.js';
export { ORGANIZATION_MAILS } from './organizations.mails.js';
export { MembershipsService } from './memberships.service.js';
export type { Membership, MyOrganization } from './memberships.repository.js';
export { MyOrganizationDto } from './organizations.dto.js';
export { DependentsService } from './dependents.service.js';
export { OrganizationsService } from './organizations.service.js';
