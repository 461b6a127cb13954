/** A renewal is invoiced so many days before the period ends, so that it can be paid in time. */
export const RENEWAL_LEAD_DAYS = 7;
/** An unpaid subscription goes on so long, with the free plan's limits, before it ends. */
export const GRACE_DAYS = 7;
/** The card on file is tried again after so many days of grace; the first time is when the period ends. */
export const RETRY_AFTER_DAYS = [0, 2, 4, 6];
