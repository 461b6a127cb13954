import { useMutation, useQuery } from '@tanstack/react-query';
import { buyCredits, type CheckoutDto } from '#sdk';
import { describeProblem } from '../api/problems.js';
import { plansQuery, subscriptionQuery } from '../api/queries.js';
import { Button } from '../components/ui/button.js';
import { useCreditWords } from '../i18n/credit-words.js';
import { useFormats } from '../i18n/formats.js';
import { useMessages } from '../i18n/use-messages.js';
import { useWorkspace } from '../shell/workspace.js';

/** What links lead to. */
const ANCHOR = 'buy';

/** Packs of credits that are added to those of the plan; for those who take care of billing. */
export function BuyCredits() {
  const t = useMessages();
  const words = useCreditWords();
  const formats = useFormats();
  const { organization, client } = useWorkspace();
  const { data: plans } = useQuery(plansQuery);
  const { data: subscription } = useQuery(subscriptionQuery(organization.id));
  const order = useMutation({
    mutationFn: async (packId: string) => (await buyCredits({ client, body: { packId }, throwOnError: true })).data,
    onSuccess: ({ url }) => {
      if (url) location.assign(url);
    },
  });
  if (!plans || !subscription) return null;
  return (
    <section id={ANCHOR} ref={showIfAsked} className="rounded-xl border border-line bg-surface p-5 sm:p-6">
      <h2 className="text-lg font-semibold tracking-[-0.01em]">{t('credits.buy')}</h2>
      <p className="mt-1 text-muted">{t('usage.buyText')}</p>
      {subscription.owedCredits > 0 ? (
        <p className="mt-1 text-bad">{t('usage.owed', { credits: words.amount(subscription.owedCredits) })}</p>
      ) : null}
      <ul className="mt-4 grid grid-cols-1 gap-3 md:grid-cols-3">
        {plans.packs.map(({ id, credits, price }) => (
          <li
            key={id}
            className="flex flex-wrap items-center justify-between gap-3 rounded-lg border border-line p-3 pl-4"
          >
            <span className="tabular-nums">
              <span className="block font-medium">{words.amount(credits)}</span>
              <span className="block text-sm text-muted">
                {formats.money(
                  subscription.currency === 'BRL' ? price.brlCents : price.usdCents,
                  subscription.currency,
                )}
              </span>
            </span>
            <Button
              size="sm"
              aria-label={t('usage.buyPack', { credits: words.amount(credits) })}
              disabled={order.isPending}
              onClick={() => order.mutate(id)}
            >
              {t('usage.buyAction')}
            </Button>
          </li>
        ))}
      </ul>
      {order.error ? (
        <p role="alert" className="mt-3 text-bad">
          {describeProblem(t, order.error)}
        </p>
      ) : null}
      {order.data && !order.data.url ? <HowToPay order={order.data} /> : null}
    </section>
  );
}

/** Brings it into sight for whoever came for it. */
const showIfAsked = (section: HTMLElement | null) => {
  if (location.hash === `#${ANCHOR}`) section?.scrollIntoView({ block: 'center' });
};

/** Where there is no payment page: what to pay, and how. */
function HowToPay({ order: { invoice, instructions } }: { order: CheckoutDto }) {
  const t = useMessages();
  const formats = useFormats();
  return (
    <div role="status" className="mt-4 rounded-lg bg-sunken p-4">
      <p className="font-medium">
        {t('usage.ordered', {
          number: invoice.number ?? '',
          total: formats.money(invoice.totalCents, invoice.currency),
        })}
      </p>
      <p className="mt-1 whitespace-pre-line text-muted">{instructions ?? t('usage.orderedText')}</p>
    </div>
  );
}
