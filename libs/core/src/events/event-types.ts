/** Every fact that the event log can hold, with what it means. Names are stable; data only gains fields. */
export const EVENT_TYPES = {
  'job.queued': 'A job was accepted: its credits are held and it waits for a worker.',
  'job.awaiting_funds': 'A job was parked until the balance or budget covers it.',
  'job.processing': 'A worker took the job.',
  'job.rerouted':
    'No provider had accepted the job, and it moved on to the next of its models; `from`, `to` and `error` say why.',
  'job.progress': 'The provider reported progress, 0 to 100.',
  'job.succeeded': 'The files are stored, the exact cost is charged, the rest of the hold is returned.',
  'job.failed': 'The job failed; its whole hold was returned.',
  'job.canceled': 'The job was canceled; its whole hold was returned.',
  'job.expired': 'The deadline passed; the whole hold was returned.',
  'job.outcome_unknown':
    'The provider may have accepted the request before the connection broke; the hold was returned.',
  'budget.threshold': 'Spending passed a threshold of a budget.',
  'budget.exceeded': 'A budget is used up; what it stops is refused.',
  'credits.low':
    'The available credits fell below the threshold; told once, until they have been a tenth above it again.',
  'credits.exhausted': 'The last available credits were held or spent.',
  'credits.frozen': 'The books of the organization did not add up: nothing is held or spent until a person has looked.',
  'credits.granted': 'Credits were added.',
  'api_key.orphaned':
    'Who made the key is no member any more: the key is refused. Rotating it makes one that works, with a new secret.',
  'provider_key.refused': 'A provider refused a key of the organization; it is not used any more.',
  'credits.expired': 'Credits reached their expiry.',
  'subscription.changed': 'A subscription began, ended, or changed its plan or what happens at the end of its period.',
  'invoice.issued': 'An invoice or credit note was issued.',
  'invoice.paid': 'The money for an invoice came, and what it buys was given.',
  'invoice.voided':
    'An open invoice cannot be paid any more: something newer replaced it, or nobody paid it in time. Nothing is owed for it.',
  'payment.failed': 'A payment was declined; the invoice stays open.',
  'payment.returned': 'Money went back by refund or chargeback, and credits with it.',
  'auto_top_up.disabled': 'The card was declined; no more packs are bought until it is turned on again.',
} as const;

export type EventType = keyof typeof EVENT_TYPES;
