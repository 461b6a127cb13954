-- Two returns of one payment, asked for at the same moment, are two only if somebody meant them to be.

alter table public.payments add column return_claimed_at timestamptz;
comment on column public.payments.return_claimed_at is
  'While money of it is being given back: no other return begins meanwhile. A claim that is minutes old was left by a process that died.';

-- The pages of void invoices that are still to be closed.
create index invoices_open_pages_idx on public.invoices (id) where status = 'void' and external_id is not null;
create index invoices_unpaid_orders_idx on public.invoices (due_at) where status = 'open' and purpose in ('subscription', 'top_up', 'auto_top_up');
comment on column public.invoices.external_id is 'The checkout at the payment service, if one was opened. Of a void invoice: null once its page is closed.';
