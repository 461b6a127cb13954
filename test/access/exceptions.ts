/** Routes that change something and leave no line in the audit log, and why. */
export const UNAUDITED: Record<string, string> = {
  createJob: 'The job says who asked for what and when; its events and ledger lines are append-only and as old as it.',
  createAudioJob: 'As `createJob`.',
  createImageJob: 'As `createJob`.',
  createJobBatch: 'As `createJob`.',
  createVideoJob: 'As `createJob`.',
  createQuote: 'A promise of price for 15 minutes; what it is used for is a job.',
  refresh: 'The session says when and from where it was used last; a line every 15 minutes would bury the others.',
  checkoutInvoice: 'It shows where an invoice can be paid; the invoice and its payment have lines.',
  openBillingPortal: 'It shows where cards are managed, at the payment service.',
  receiveStripeEvent: 'The event is kept as it came; what it does to an invoice has a line.',
  previewInvitation: 'It reads; the token is in the body to stay out of logs.',
  addFavorite: 'A favourite is one’s own mark: nobody else sees it.',
  enhancePrompt: 'It changes nothing: the answer is a suggestion.',
  favoriteGenerations: 'Favourites are one’s own marks: nobody else sees them.',
  removeFavorite: 'A favourite is one’s own mark: nobody else sees it.',
  switchOrganization: 'Where the next sign-in begins; it changes nothing that anybody else can see.',
};

/** Routes that other programs call with a secret of theirs, not a caller of the API; their own specs show what they do. */
export const CALLED_BY_PROGRAMS: Record<string, string> = {
  receiveProviderCallback: 'A provider tells the end of a job; the events of the job tell it on.',
};

/** Routes that answer when a worker has done the work, and this API has none; what they make is what `createJob` makes. */
export const ANSWERED_BY_A_WORKER: readonly string[] = [
  'createImage',
  'createImageEdit',
  'createSpeech',
  'createTranscription',
];
